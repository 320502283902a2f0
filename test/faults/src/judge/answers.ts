import { type Payment, PaymentState, RefundState } from '@causeway/proto/common';
import type { ClientLog, Told } from '../clients/log.ts';
import type { Finding } from '../finding.ts';
import type { Read } from './databases.ts';

/** A payment as routing's database has it. */
interface PaymentRow {
  payment_id: string;
  partner_id: string;
  payment_request_id: string;
  version: number;
  state: string;
  decline_reason: number;
  payer_minor: bigint | null;
  payee_minor: bigint | null;
}

interface RefundRow {
  refund_id: string;
  payment_id: string;
  state: string;
  payer_minor: bigint;
}

/** Holds every answer about a payment or a refund that any client was given to routing's rows. */
export async function judgeAnswers(log: ClientLog, read: Read): Promise<Finding[]> {
  const rows = await read<PaymentRow>(
    'routing',
    `SELECT payment_id, partner_id, payment_request_id, version, state, decline_reason,
            payer_minor, payee_minor FROM payments`,
  );
  const payments = new Map(rows.map((row) => [row.payment_id, row]));
  const cancels = new Set(
    log.effects
      .filter(({ method }) => method === 'payments.cancelPayment')
      .map(({ who, request }) => `${who} ${(request as CancelRequest).paymentRequestId}`),
  );
  const told = log.told.flatMap((each) => aboutPayment(each, payments, cancels));
  return [...told, ...twoIds(log.told), ...(await aboutRefunds(log, read))];
}

interface CancelRequest {
  paymentRequestId: string;
}

function aboutPayment(
  { who, method, payment }: Told,
  rows: ReadonlyMap<string, PaymentRow>,
  cancels: ReadonlySet<string>,
): Finding[] {
  const row = rows.get(payment.paymentId);
  const lost = (what: string): Finding[] => [
    { kind: 'lost', what: `${method} told ${who} of payment ${payment.paymentId}: ${what}` },
  ];
  if (row === undefined) return lost('no such payment is recorded');
  const state = PaymentState[payment.state];
  const isFinal = payment.state !== PaymentState.PENDING && !payment.cancelling;
  if (isFinal && state !== row.state) {
    const wasCancelled = cancels.has(`${row.partner_id} ${row.payment_request_id}`);
    const mayChange = state === 'SUCCEEDED' && row.state === 'CANCELLED' && wasCancelled;
    if (!mayChange) return lost(`${state} was answered, ${row.state} is recorded`);
  }
  if (isFinal && state === 'DECLINED' && payment.declineReason !== row.decline_reason) {
    return lost(`declined for ${payment.declineReason}, and ${row.decline_reason} is recorded`);
  }
  if (payment.version > BigInt(row.version)) {
    return lost(`version ${payment.version} was answered, ${row.version} is recorded`);
  }
  const amounts = isFinal && state === 'SUCCEEDED' ? amountsProblem(payment, row) : undefined;
  return amounts === undefined ? [] : lost(amounts);
}

function amountsProblem(payment: Payment, row: PaymentRow): string | undefined {
  const { payerAmount, payeeAmount } = payment;
  if (payeeAmount?.amountMinor !== row.payee_minor) {
    return `the payee was to get ${payeeAmount?.amountMinor}, ${row.payee_minor} is recorded`;
  }
  // An acquirer of a scheme is not told what the payer pays.
  if (payerAmount === undefined || payerAmount.amountMinor === row.payer_minor) return undefined;
  return `the payer was to pay ${payerAmount.amountMinor}, ${row.payer_minor} is recorded`;
}

/** One request of one acquirer is one payment. */
function twoIds(told: readonly Told[]): Finding[] {
  const ids = new Map<string, string>();
  const found: Finding[] = [];
  for (const { payment } of told) {
    // A payer is not told the acquirer's own id.
    if (payment.paymentRequestId === '') continue;
    const key = `${payment.partnerId} ${payment.paymentRequestId}`;
    const known = ids.get(key) ?? payment.paymentId;
    ids.set(key, known);
    if (known === payment.paymentId) continue;
    found.push({ kind: 'doubled', what: `${key} is payment ${known} and ${payment.paymentId}` });
  }
  return found;
}

async function aboutRefunds({ refunds }: ClientLog, read: Read): Promise<Finding[]> {
  const rows = await read<RefundRow>(
    'routing',
    'SELECT refund_id, payment_id, state, payer_minor FROM refunds',
  );
  const known = new Map(rows.map((row) => [row.refund_id, row]));
  return refunds.flatMap(({ who, refund }) => {
    const row = known.get(refund.refundId);
    const lost = (what: string): Finding[] => [
      { kind: 'lost', what: `${who} was told of refund ${refund.refundId}: ${what}` },
    ];
    if (row === undefined) return lost('no such refund is recorded');
    if (refund.state === RefundState.SUCCEEDED && row.state !== 'SUCCEEDED') {
      return lost(`it succeeded, and ${row.state} is recorded`);
    }
    const differs = refund.payerAmount?.amountMinor !== row.payer_minor;
    return differs ? lost(`${refund.payerAmount?.amountMinor}, not ${row.payer_minor}`) : [];
  });
}

/** Debits and refunds of which a wallet operator's ledger has more than one for one cause. */
export async function judgeDoubles(read: Read): Promise<Finding[]> {
  const rows = await read<{ code: string; reference: string; times: string }>(
    'wallets',
    `SELECT code, reference, count(*)::text AS times FROM ledger_transfers
     WHERE code IN ('payment', 'refund', 'cancel') AND outcome = 'posted'
       AND kind IN ('post', 'capture')
     GROUP BY code, reference, debit_account_id, credit_account_id HAVING count(*) > 1`,
  );
  return rows.map(({ code, reference, times }) => ({
    kind: 'doubled',
    what: `${code} ${reference} was posted ${times} times`,
  }));
}
