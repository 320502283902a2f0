import { StatementEntryKind } from '@causeway/proto/wallet';
import { balanceOf, pay, remember, statementOf } from '../actors.ts';
import { minor } from '../arithmetic.ts';
import { inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

const KOPI_SGD_MINOR = 6_40n;

/** The acquirer takes a payment back in full; the payer has all of it again. */
export const cancelAfterSuccess: Scenario = {
  name: 'cancel-after-success',
  title: 'A cancel after success: all of it comes back',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    const place = placeIn(stage, 'Singapore');
    const { payment, sent } = await pay(stage, payer, place, 'cancel after', KOPI_SGD_MINOR);
    const between = await balanceOf(payer);
    stage.screen.step('acquirer', `charges: ${say.state(payment)}`, say.money(payment.payerAmount));
    const cancel = async () => {
      const { paymentRequestId } = sent;
      const answer = await stage.callers
        .as(place.partnerId)
        .payments.cancelPayment({ paymentRequestId });
      return remember(stage, place, answer.payment);
    };
    const cancelled = await cancel();
    const [line] = await statementOf(payer);
    stage.screen.step('acquirer', `cancels: ${say.state(cancelled)}`, say.money(line?.amount));
    const again = await cancel();
    return [
      inState('the payment had succeeded', 'SUCCEEDED', payment),
      same('and had been taken', before - minor(payment.payerAmount), between),
      inState('it is cancelled', 'CANCELLED', cancelled),
      same('the statement shows the cancel', StatementEntryKind.CANCEL, line?.kind),
      same('the balance is what it was', before, await balanceOf(payer)),
      same('a second cancel changes nothing', cancelled.version, again.version),
    ];
  },
};
