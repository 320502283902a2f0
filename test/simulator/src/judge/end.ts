import { postedMinor } from '@causeway/ledger';
import type { PaymentRecord } from '@causeway/routing/src/payments/record.ts';
import type { ChargeRecord } from '@causeway/wallet/src/charges/record.ts';
import type { BooksTables } from '../parties/books.ts';
import { RULES } from '../parties/wallet.ts';
import type { RoutingTables } from '../stores/routing-tables.ts';
import type { WalletTables } from '../stores/wallet-tables.ts';
import type { HasCharged, Watch } from './watch.ts';

/** All that is left when a history is over. */
export interface End {
  watch: Watch;
  routing: RoutingTables;
  wallet: WalletTables;
  books: BooksTables;
  /** Every route with a connector. */
  askedRoutes: readonly string[];
  hasCharged: HasCharged;
  issuerId: string;
  partnerIds: readonly string[];
  currencyCodes: readonly string[];
  /** Payments that were made with one code. */
  sharingCodes: readonly (readonly string[])[];
}

/** Judges what is left against itself: three books of the same payments, kept by three parties. */
export function judgeEnd(end: End): void {
  const charges = new Map([...end.wallet.charges.values()].map((one) => [one.paymentId, one]));
  for (const payment of end.routing.payments.values()) {
    judgePayment(end, payment, charges.get(payment.paymentId));
  }
  for (const charge of charges.values()) {
    if (end.routing.payments.has(charge.paymentId)) continue;
    end.watch.blame('nobody is debited without a payment', charge.paymentId, charge.state);
  }
  for (const [paymentId, answered] of end.watch.answered) {
    const state = charges.get(paymentId)?.state;
    if (state === answered) continue;
    const found = `${answered} was answered last, and it is ${state ?? 'unseen'}`;
    end.watch.blame('what the operator answers it has recorded', paymentId, found);
  }
  for (const sharing of end.sharingCodes) {
    const taken = sharing.filter((paymentId) => wasTaken(charges.get(paymentId)));
    if (taken.length <= 1) continue;
    end.watch.blame('a code pays one payment', taken[0] ?? '', `${taken.length} were made with it`);
  }
  judgeLedgers(end);
  judgeFacts(end);
}

/** Whether money was taken, if only for a while: a fence for what was never seen has no amount. */
function wasTaken(charge: ChargeRecord | undefined): boolean {
  return charge?.amountMinor !== undefined && charge.state !== 'declined';
}

function judgePayment(end: End, payment: PaymentRecord, charge: ChargeRecord | undefined): void {
  const { paymentId, state, step, routeId } = payment;
  const blame = (rule: string, found: string) => end.watch.blame(rule, paymentId, found);
  if (step !== 'DONE') {
    blame('everything comes to its end', `it still owes ${step}`);
    return;
  }
  const isTaken = charge?.state === 'captured';
  if (charge?.state === 'held') blame('holds end', 'the money is still held');
  else if ((state === 'SUCCEEDED') !== isTaken) {
    blame('the wallet operator and the switch agree', `${state} and ${charge?.state ?? 'unseen'}`);
  }
  if (isTaken && charge.amountMinor !== payment.payerAmount?.amountMinor) {
    blame('the wallet operator and the switch agree', 'on another amount');
  }
  if (isTaken && charge.walletId !== payment.walletId) {
    blame('an order has one payer', 'another wallet was debited');
  }
  if (isTaken && charge.refundedMinor !== payment.refundedPayerMinor) {
    const [one, other] = [charge.refundedMinor, payment.refundedPayerMinor];
    blame('the wallet operator and the switch agree', `${one} given back, and ${other}`);
  }
  const charging = end.askedRoutes.filter((id) => end.hasCharged(id, paymentId));
  const expected = state === 'SUCCEEDED' && payment.journey ? [routeId] : [];
  const isAsked = end.askedRoutes.includes(routeId ?? '');
  if (charging.join() !== (isAsked ? expected : []).join()) {
    blame('a partner charges what is paid, and nothing else', `${state}, charged over ${charging}`);
  }
  judgeRefunds(end, payment);
}

function judgeRefunds(end: End, payment: PaymentRecord): void {
  const { paymentId } = payment;
  const blame = (rule: string, found: string) => end.watch.blame(rule, paymentId, found);
  let payeeMinor = 0n;
  let payerMinor = 0n;
  for (const refund of end.routing.refunds.values()) {
    if (refund.paymentId !== paymentId) continue;
    if (refund.state !== 'SUCCEEDED') blame('everything comes to its end', 'a refund is pending');
    payeeMinor += refund.payeeAmount.amountMinor;
    payerMinor += refund.payerAmount.amountMinor;
    const parts = refund.midMinor + refund.markupMinor + refund.residualMinor;
    if (parts !== refund.payerAmount.amountMinor) blame('no money is lost or made', 'in the parts');
  }
  const { refundedPayeeMinor, refundedPayerMinor, payeeAmount, payerAmount } = payment;
  const [payee, payer] = [payeeAmount?.amountMinor ?? 0n, payerAmount?.amountMinor ?? 0n];
  if (refundedPayeeMinor > 0n && refundedPayerMinor !== (payer * refundedPayeeMinor) / payee) {
    blame('refunds go at the original rate', `${refundedPayerMinor} of ${payer} so far`);
  }
  if (payeeMinor === refundedPayeeMinor && payerMinor === refundedPayerMinor) return;
  blame('no money is lost or made', 'the refunds do not sum to what is refunded');
}

function judgeLedgers({ watch, wallet, books, ...end }: End): void {
  for (const problem of [...wallet.ledger.problems(), ...books.problems()]) {
    watch.blame('no money is lost or made', '', problem);
  }
  let payableMinor = 0n;
  for (const { account, definition } of wallet.ledger.accounts()) {
    if (definition.code === 'payable_to_switch') payableMinor += postedMinor(account);
  }
  const owner = end.issuerId;
  const { currencyCode } = RULES.chart;
  const receivableMinor =
    books.balanceMinor({ code: 'issuer_receivable', owner }, currencyCode) +
    books.balanceMinor({ code: 'issuer_refunds', owner }, currencyCode);
  if (payableMinor !== receivableMinor) {
    const found = `${payableMinor} payable, ${receivableMinor} receivable`;
    watch.blame('what the operator owes is what the switch is owed', '', found);
  }
  judgeAcquirers({ watch, wallet, books, ...end });
}

function judgeAcquirers({ watch, books, routing, partnerIds, currencyCodes }: End): void {
  const owed = new Map<string, bigint>();
  for (const { state, partnerId, payeeAmount, refundedPayeeMinor } of routing.payments.values()) {
    if (state !== 'SUCCEEDED' || !payeeAmount) continue;
    const key = `${partnerId} ${payeeAmount.currencyCode}`;
    owed.set(key, (owed.get(key) ?? 0n) + payeeAmount.amountMinor - refundedPayeeMinor);
  }
  for (const owner of partnerIds) {
    for (const currencyCode of currencyCodes) {
      const bookedMinor =
        books.balanceMinor({ code: 'acquirer_payable', owner }, currencyCode) +
        books.balanceMinor({ code: 'acquirer_refunds', owner }, currencyCode);
      const owedMinor = owed.get(`${owner} ${currencyCode}`) ?? 0n;
      if (owedMinor === -bookedMinor) continue;
      const found = `${owner}: ${owedMinor} ${currencyCode} owed, ${-bookedMinor} booked`;
      watch.blame('acquirers are owed what was paid', '', found);
    }
  }
}

function judgeFacts({ watch, routing, books }: End): void {
  for (const subject of books.refused) {
    watch.blame('facts of one thing say the same', '', subject);
  }
  if (routing.queue.size > 0) {
    watch.blame('every fact is delivered', '', `${routing.queue.size} commits are still queued`);
  }
  const newest = new Map<string, number>();
  for (const { fact, payment } of routing.facts) {
    newest.set(payment.paymentId, Math.max(newest.get(payment.paymentId) ?? 0, payment.version));
    if (!books.seen.has(fact.factId)) {
      watch.blame('every fact is delivered', payment.paymentId, `not ${fact.kind}`);
    }
  }
  for (const [paymentId, version] of newest) {
    const shown = books.newest.get(paymentId);
    if (shown && Number(shown.version) === version) continue;
    watch.blame('lists show the newest state', paymentId, `version ${shown?.version}`);
  }
  for (const { paymentId, fingerprint, version } of routing.payments.values()) {
    const isQuiet = version === 1 && fingerprint !== undefined && !newest.has(paymentId);
    if (newest.has(paymentId) || isQuiet) continue;
    watch.blame('every fact is delivered', paymentId, 'it ended without a fact');
  }
}
