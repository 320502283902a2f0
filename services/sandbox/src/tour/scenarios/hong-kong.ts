import { balanceOf, pay } from '../actors.ts';
import { bookedBy } from '../arithmetic.ts';
import { bookedTransfers } from '../books.ts';
import { holds, inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

const BREAD_MINOR = 42_50n;

/** Same currency on both sides: nothing is converted, and nobody earns a markup. */
export const hongKong: Scenario = {
  name: 'hong-kong',
  title: 'At home in Hong Kong: no conversion',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    const place = placeIn(stage, 'Hong Kong');
    const { payment } = await pay(stage, payer, place, 'hong kong', BREAD_MINOR);
    const after = await balanceOf(payer);
    stage.screen.step(
      'acquirer',
      `${place.displayName} charges: ${say.state(payment)}`,
      say.money(payment.payerAmount),
    );
    const booked = bookedBy(await bookedTransfers(stage, payment));
    return [
      inState('the payment succeeded', 'SUCCEEDED', payment),
      holds('it carries no conversion', payment.conversion === undefined),
      same(
        'the payer paid exactly what the shop charged',
        BREAD_MINOR,
        payment.payerAmount?.amountMinor,
      ),
      same('the balance fell by exactly that', before - BREAD_MINOR, after),
      same('the wallet operator owes it', BREAD_MINOR, booked.payerMinor),
      same('the acquirer is owed it', BREAD_MINOR, booked.payeeMinor),
    ];
  },
};
