import { PaymentMethod } from '@causeway/proto/common';
import { SECOND_ISSUER } from '../../world/issuers.ts';
import { balanceOf, openPayer, pay } from '../actors.ts';
import { amountChecks, minor } from '../arithmetic.ts';
import { inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeNamed, type Scenario } from '../stage.ts';

const OPENING_MINOR = 500_00n;
const ONIGIRI_JPY = 367n;

/** The counter scans what the app shows: codes of every operator, told apart by their prefixes. */
export const convenienceStore: Scenario = {
  name: 'convenience-store',
  title: 'Convenience store in Tokyo: two wallets of two operators, each with its code',
  async play(stage) {
    const place = placeNamed(stage, 'Minato Konbini');
    const other = await openPayer(
      stage,
      'Peak commuter',
      'unverified',
      OPENING_MINOR,
      SECOND_ISSUER.id,
    );
    const checks = [];
    for (const payer of [stage.payer, other]) {
      const before = await balanceOf(payer);
      const { payment } = await pay(stage, payer, place, `konbini ${payer.issuerId}`, ONIGIRI_JPY);
      stage.screen.step(
        'acquirer',
        `${place.partnerId} charges a code of ${payer.issuerId}: ${say.state(payment)}`,
        say.money(payment.payerAmount),
      );
      checks.push(
        inState(`the payment of ${payer.issuerId} succeeded`, 'SUCCEEDED', payment),
        same('paid by a code that the payer shows', 'CODE', PaymentMethod[payment.method]),
        same('its operator is the one whose code it was', payer.issuerId, payment.issuerId),
        ...amountChecks(payment),
        same(
          'the balance fell by exactly that',
          before - minor(payment.payerAmount),
          await balanceOf(payer),
        ),
      );
    }
    return checks;
  },
};
