import { balanceOf, charge, remember, requestId, showCode } from '../actors.ts';
import { inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

const SATAY_MYR_MINOR = 18_00n;

/** The network reorders: a cancel overtakes its payment, which must then never happen. */
export const cancelFirst: Scenario = {
  name: 'cancel-first',
  title: 'A cancel that comes before its payment: it blocks it for ever',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    const place = placeIn(stage, 'Kuala Lumpur');
    const paymentRequestId = requestId(stage, 'cancel first');
    const { payments } = stage.callers.as(place.partnerId);
    const early = await payments.cancelPayment({ paymentRequestId });
    const cancelled = remember(stage, place, early.payment);
    stage.screen.step('acquirer', 'cancels a payment that nobody has seen', say.state(cancelled));
    const { paymentCode } = await showCode(payer);
    const { payment } = await charge(stage, {
      place,
      paymentRequestId,
      paymentCode,
      payeeAmount: { currencyCode: 'MYR', amountMinor: SATAY_MYR_MINOR },
    });
    stage.screen.step('acquirer', 'the payment arrives afterwards', say.state(payment));
    return [
      inState('the cancel succeeded', 'CANCELLED', cancelled),
      same('the payment is the cancelled one', cancelled.paymentId, payment.paymentId),
      inState('and stays cancelled', 'CANCELLED', payment),
      same('nothing was taken', before, await balanceOf(payer)),
    ];
  },
};
