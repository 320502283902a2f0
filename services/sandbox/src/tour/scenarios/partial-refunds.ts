import { refundedPayerSoFar } from '@causeway/money';
import type { Payment, Refund } from '@causeway/proto/common';
import { balanceOf, pay, reasonOf, refund } from '../actors.ts';
import { minor } from '../arithmetic.ts';
import { type Check, inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

/** Odd figures, so that neither part converts without a remainder. */
const PENS_JPY = 4_999n;
const FIRST_PART_JPY = 1_667n;

/** Two parts that close a payment exactly, on both sides, with nothing left over. */
export const partialRefunds: Scenario = {
  name: 'partial-refunds',
  title: 'Two partial refunds that close a payment exactly',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    const place = placeIn(stage, 'Tokyo', 1);
    const { payment } = await pay(stage, payer, place, 'refunds', PENS_JPY);
    stage.screen.step(
      'acquirer',
      `charges ${say.money(payment.payeeAmount)}: ${say.state(payment)}`,
      say.money(payment.payerAmount),
    );
    const first = await refund(stage, payment, 'first', FIRST_PART_JPY);
    const second = await refund(stage, payment, 'second', PENS_JPY - FIRST_PART_JPY);
    const beyond = await reasonOf(refund(stage, payment, 'beyond', 1n));
    stage.screen.step('acquirer', 'asks for one yen more', beyond);
    const { payment: closed } = await stage.callers.as(place.partnerId).payments.getPayment({
      key: { $case: 'paymentId', value: payment.paymentId },
    });
    return [
      inState('the payment had succeeded', 'SUCCEEDED', payment),
      ...partChecks(payment, first, second),
      same('the payee side is refunded in full', PENS_JPY, minor(closed?.refundedPayeeAmount)),
      same(
        'and so is the payer side',
        minor(payment.payerAmount),
        minor(closed?.refundedPayerAmount),
      ),
      same('a yen more is refused', 'REFUND_EXCEEDS_PAYMENT', beyond),
      same('the balance is what it was before the payment', before, await balanceOf(payer)),
    ];
  },
};

/** Each part must be the difference of two floors, so that splitting gains nothing. */
function partChecks(payment: Payment, first: Refund, second: Refund): Check[] {
  const payerCaptured = minor(payment.payerAmount);
  const soFar = refundedPayerSoFar({
    payerCaptured,
    payeeCaptured: PENS_JPY,
    payeeRefundedSoFar: FIRST_PART_JPY,
  });
  return [
    same(
      'the first part is its share at the original rate, rounded down',
      soFar,
      minor(first.payerAmount),
    ),
    same('the second takes the whole remainder', payerCaptured - soFar, minor(second.payerAmount)),
  ];
}
