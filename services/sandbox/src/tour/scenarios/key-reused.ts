import { balanceOf, charge, pay, reasonOf } from '../actors.ts';
import { inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

const NOODLES_THB_MINOR = 95_00n;

/** A key names one payment for ever: other content under it is refused, and nothing is written. */
export const keyReused: Scenario = {
  name: 'key-reused',
  title: 'The same key with another amount: refused',
  async play(stage) {
    const { payer } = stage;
    const place = placeIn(stage, 'Bangkok');
    const { payment, sent } = await pay(stage, payer, place, 'key reused', NOODLES_THB_MINOR);
    const balance = await balanceOf(payer);
    stage.screen.step('acquirer', `charges: ${say.state(payment)}`, say.money(payment.payeeAmount));
    const other = { ...sent.payeeAmount, amountMinor: NOODLES_THB_MINOR + 1_00n };
    const reason = await reasonOf(charge(stage, { ...sent, payeeAmount: other }));
    stage.screen.step('switch', `refuses the same key for ${say.money(other)}`, reason);
    const { payment: read } = await stage.callers.as(place.partnerId).payments.getPayment({
      key: { $case: 'paymentRequestId', value: sent.paymentRequestId },
    });
    return [
      inState('the first payment succeeded', 'SUCCEEDED', payment),
      same('the refusal names the reason', 'IDEMPOTENCY_KEY_REUSED', reason),
      same('the payment is still the first one', payment.paymentId, read?.paymentId),
      same('at its version', payment.version, read?.version),
      same('for its amount', payment.payeeAmount?.amountMinor, read?.payeeAmount?.amountMinor),
      same('the balance did not move', balance, await balanceOf(payer)),
    ];
  },
};
