import {
  DeclineReason,
  type Payment,
  PaymentState,
  type Refund,
  RefundState,
} from '@causeway/proto/common';
import { type StatementEntry, StatementEntryKind } from '@causeway/proto/wallet';
import { finalPayment, minor, type Payer, type Shop } from '../../../support/index.ts';
import { type Finding, findings } from '../finding.ts';
import { readIntake } from '../traffic/intake.ts';
import { isFinal, type Plan, type Story, TERMINAL_MS } from '../traffic/story.ts';

/**
 * Holds the present state of a story's payment to everything that its client was ever told, and
 * to what the payer's statement shows. Answers what is wrong, in words.
 */
export async function judgeStory(shop: Shop, payer: Payer, story: Story): Promise<Finding[]> {
  const read = await readIntake(shop, story.intake);
  // Nobody was ever told of it, and so nobody can be wrong about it.
  if (read === undefined) return [];
  const { paymentId } = read;
  const payment = await finalPayment(shop, paymentId, TERMINAL_MS);
  if (!isFinal(payment)) {
    return [{ kind: 'stuck', what: `payment ${paymentId} is still ${stateOf(payment)}` }];
  }
  const statement = await payer.statement();
  const refunds = await refundsOf(shop, payment);
  const problems = [
    ...findings('wrong', endingProblems(story, payment)),
    ...findings('lost', answerProblems(story, payment)),
    ...findings('wrong', refundProblems(story, payment, refunds)),
    ...statementProblems(payment, refunds, statement),
  ];
  return problems.map(({ kind, what }) => ({ kind, what: `payment ${paymentId}: ${what}` }));
}

/** A payer with money pays, unless the client itself cancels or time runs out. */
function endingProblems({ cancelAsked, plan }: Story, payment: Payment): string[] {
  if (cancelAsked || mayEndSo(plan, payment)) return [];
  return [`ended ${stateOf(payment)}, reason ${payment.declineReason}, and nobody cancelled it`];
}

/** What was declined so had no time, or was in doubt at a partner that could not be asked in time. */
const OUT_OF_TIME: readonly DeclineReason[] = [DeclineReason.EXPIRED];
const IN_DOUBT: readonly DeclineReason[] = [...OUT_OF_TIME, DeclineReason.PARTNER_UNAVAILABLE];

function mayEndSo({ way, mayDecline = [] }: Plan, { state, declineReason }: Payment): boolean {
  // What a partner charges after it was reversed is given back to it.
  if (way === 'late_order') return state === PaymentState.DECLINED;
  if (state === PaymentState.SUCCEEDED) return true;
  const usual = way === 'order' ? IN_DOUBT : OUT_OF_TIME;
  return state === PaymentState.DECLINED && [...usual, ...mayDecline].includes(declineReason);
}

/** What was final stays, but for a cancel; versions only grow; a price never changes. */
function answerProblems({ payments, cancelAsked }: Story, last: Payment): string[] {
  const told = [...payments, last];
  return told.flatMap((answer, index) => {
    const next = told[index + 1];
    if (next === undefined) return [];
    const cancelled = cancelAsked && answer.state === PaymentState.SUCCEEDED;
    const changed = isFinal(answer) && next.state !== answer.state;
    const problems: string[] = [];
    if (changed && !(cancelled && next.state === PaymentState.CANCELLED)) {
      problems.push(`${stateOf(answer)} was answered, then ${stateOf(next)}`);
    }
    if (next.version < answer.version) problems.push(`version ${next.version} came late`);
    if (next.paymentId !== answer.paymentId) problems.push('two ids were answered');
    // An order has no price before somebody confirms it.
    if (answer.payerAmount && minor(next.payerAmount) !== minor(answer.payerAmount)) {
      problems.push(`the payer amount changed to ${minor(next.payerAmount)}`);
    }
    return problems;
  });
}

/** The request for a refund made exactly one, and it ended as it was answered. */
function refundProblems(story: Story, payment: Payment, refunds: readonly Refund[]): string[] {
  const problems: string[] = [];
  const asked = story.refunds.length > 0 ? 1 : 0;
  if (refunds.length !== asked) problems.push(`has ${refunds.length} refunds, ${asked} was asked`);
  for (const { state, refundId } of refunds) {
    if (state !== RefundState.SUCCEEDED) problems.push(`refund ${refundId} did not succeed`);
  }
  const wasAnswered = new Set(story.refunds.map((refund) => refund.refundId));
  if (wasAnswered.size > 1) problems.push('one refund request was answered with two refunds');
  const payee = sum(refunds.map((refund) => minor(refund.payeeAmount)));
  const payer = sum(refunds.map((refund) => minor(refund.payerAmount)));
  if (payee !== minor(payment.refundedPayeeAmount)) problems.push(`payee refunded ${payee}`);
  if (payer !== minor(payment.refundedPayerAmount)) problems.push(`payer refunded ${payer}`);
  return problems;
}

/** Debited once or not at all, and given back exactly what the payment says. */
function statementProblems(
  payment: Payment,
  refunds: readonly Refund[],
  statement: readonly StatementEntry[],
): Finding[] {
  const own = statement.filter((entry) => entry.paymentId === payment.paymentId);
  const of = (kind: StatementEntryKind) =>
    own.filter((entry) => entry.kind === kind).map((entry) => minor(entry.amount));
  const debits = of(StatementEntryKind.PAYMENT);
  const price = minor(payment.payerAmount);
  const kept = payment.state === PaymentState.SUCCEEDED;
  const problems: string[] = [];
  const twice = debits.length > 1 ? [`the payer was debited ${debits.length} times`] : [];
  if (kept && debits[0] !== -price) problems.push(`${price} was due, ${debits[0]} was taken`);
  const back = of(StatementEntryKind.REFUND);
  if (back.length !== refunds.length) problems.push(`${back.length} refunds reached the payer`);
  const left = sum(own.map((entry) => minor(entry.amount)));
  const due = kept ? minor(payment.refundedPayerAmount) - price : 0n;
  if (left !== due) problems.push(`the payer's entries sum to ${left}, and should to ${due}`);
  return [...findings('doubled', twice), ...findings('lost', problems)];
}

async function refundsOf(shop: Shop, { paymentId }: Payment): Promise<Refund[]> {
  const page = await shop.partner.payments.listRefunds({ paymentId, pageSize: 100, pageToken: '' });
  return page.refunds;
}

function stateOf({ state, cancelling }: Payment): string {
  return `${PaymentState[state]}${cancelling ? ' (being cancelled)' : ''}`;
}

function sum(amountsMinor: readonly bigint[]): bigint {
  return amountsMinor.reduce((total, amountMinor) => total + amountMinor, 0n);
}
