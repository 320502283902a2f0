import { type Payment, PaymentState, RefundState } from '@causeway/proto/common';
import type { PaymentRecord, State } from '@causeway/routing/src/payments/record.ts';
import type { Answer } from '../parties/people.ts';
import type { RoutingTables } from '../stores/routing-tables.ts';
import type { Watch } from './watch.ts';

const STATES: Partial<Record<PaymentState, State>> = {
  [PaymentState.PENDING]: 'PENDING',
  [PaymentState.SUCCEEDED]: 'SUCCEEDED',
  [PaymentState.DECLINED]: 'DECLINED',
  [PaymentState.CANCELLED]: 'CANCELLED',
};

/** Judges all that clients were told about payments against each other and against what is stored. */
export function judgeAnswers(
  answers: readonly Answer[],
  routing: RoutingTables,
  watch: Watch,
): void {
  const told = new Map<string, Answer[]>();
  for (const answer of answers) {
    const others = told.get(answer.paymentId) ?? [];
    told.set(answer.paymentId, [...others, answer]);
  }
  for (const [paymentId, ofPayment] of told) {
    const payment = routing.payments.get(paymentId);
    for (const answer of ofPayment) judgeAnswer(answer, payment, routing, watch);
    judgeOrder(ofPayment, watch);
  }
}

function judgeAnswer(
  answer: Answer,
  stored: PaymentRecord | undefined,
  routing: RoutingTables,
  watch: Watch,
): void {
  const { paymentId, method } = answer;
  const blame = (found: string) => watch.blame('answers hold', paymentId, `${method}: ${found}`);
  if (answer.payment) judgeTold(answer.payment, stored, blame);
  if (answer.refund) {
    const { refundId, state } = answer.refund;
    const refund = routing.refunds.get(refundId);
    if (refund === undefined) blame('a refund was promised and is not there');
    else if (state === RefundState.SUCCEEDED && refund.state !== 'SUCCEEDED') {
      blame('a refund was said to be done and is not');
    }
  }
  if (answer.refusal === 'PAYMENT_DECLINED' && stored?.state !== 'DECLINED') {
    blame(`said to be declined, and is ${stored?.state}`);
  }
}

function judgeTold(
  told: Payment,
  stored: PaymentRecord | undefined,
  blame: (found: string) => void,
) {
  const state = STATES[told.state];
  if (stored === undefined) return blame(`${state} was answered and nothing is there`);
  const wasUndone = state === 'SUCCEEDED' && stored.state === 'CANCELLED';
  if (state !== 'PENDING' && state !== stored.state && !wasUndone) {
    blame(`${state} was answered, and it is ${stored.state}`);
  }
  if (told.version > BigInt(stored.version)) blame('a version was answered that is not there');
  const { payerAmount } = told;
  if (payerAmount && payerAmount.amountMinor !== stored.payerAmount?.amountMinor) {
    blame('another price was answered');
  }
  if (state === 'DECLINED' && told.declineReason !== stored.declineReason) {
    blame('another reason was answered');
  }
}

/** Who asks after an answer was heard is never told anything older. */
function judgeOrder(answers: readonly Answer[], watch: Watch): void {
  const payments = answers.filter((answer) => answer.payment !== undefined);
  for (const later of payments) {
    for (const earlier of payments) {
      if (earlier.heardMs > later.sentMs) continue;
      const [before, after] = [earlier.payment?.version ?? 0n, later.payment?.version ?? 0n];
      if (after >= before) continue;
      const found = `version ${before} was answered, and later ${after}`;
      watch.blame('answers never go back', later.paymentId, found);
    }
  }
}
