import { type CheckResult, resultOf } from '../report.ts';
import type { Snapshot } from '../source.ts';
import { TAKEN } from './wallet.ts';

/** What one book says of a payment, in minor units. */
interface Line {
  payment_id: string;
  /** What the payer paid and was not given back. */
  payer: bigint;
  /** What the payee earned and did not give back. */
  payee: bigint;
}

/** Payments at rest: what is on its way may be in one book and not yet in the next. */
const ROUTING_LINES = `
  SELECT p.payment_id,
    CASE p.state WHEN 'SUCCEEDED' THEN p.payer_minor - p.refunded_payer_minor ELSE 0 END AS payer,
    CASE p.state WHEN 'SUCCEEDED' THEN p.payee_minor - p.refunded_payee_minor ELSE 0 END AS payee
  FROM payments p
  WHERE p.step = 'DONE' AND NOT EXISTS (
    SELECT FROM refunds r WHERE r.lane = p.lane AND r.payment_id = p.payment_id AND r.state = 'PENDING')
  ORDER BY p.payment_id`;

const PENDING = `
  SELECT payment_id FROM payments WHERE step <> 'DONE'
  UNION SELECT payment_id FROM refunds WHERE state = 'PENDING'`;

const WALLET_LINES = `
  SELECT payment_id, sum(taken)::bigint AS payer, 0::bigint AS payee
  FROM (${TAKEN}) taken GROUP BY payment_id ORDER BY payment_id`;

const SETTLEMENT_LINES = `
  SELECT reference::uuid AS payment_id,
    sum(CASE WHEN code IN ('issuer_receivable', 'issuer_refunds') THEN minor ELSE 0 END)::bigint AS payer,
    sum(CASE WHEN code IN ('acquirer_payable', 'acquirer_refunds') THEN -minor ELSE 0 END)::bigint AS payee
  FROM (
    SELECT t.reference, a.code, t.amount_minor AS minor FROM ledger_transfers t
    JOIN ledger_accounts a ON (a.lane, a.account_id) = (t.lane, t.debit_account_id)
    WHERE t.outcome = 'posted'
    UNION ALL
    SELECT t.reference, a.code, -t.amount_minor FROM ledger_transfers t
    JOIN ledger_accounts a ON (a.lane, a.account_id) = (t.lane, t.credit_account_id)
    WHERE t.outcome = 'posted'
  ) entry
  GROUP BY reference ORDER BY payment_id`;

/**
 * Compares the books payment by payment: the switch's record against each wallet operator's
 * ledger and against the switch's own ledger. The three are read in the order of the payment
 * ids, so that a day with millions of payments needs no more memory than a page of each.
 */
export async function crossBooks(
  routing: Snapshot,
  wallets: readonly Snapshot[],
  settlement: Snapshot,
): Promise<CheckResult[]> {
  const pendingRows = await routing.all<{ payment_id: string }>(PENDING);
  const pending = new Set(pendingRows.map((row) => row.payment_id));
  const wallet = mergedLines(wallets.map((w) => w.each<Line>('wallet_lines', WALLET_LINES)));
  const payer = await compare(
    routing.each<Line>('routing_for_wallet', ROUTING_LINES),
    wallet,
    pending,
    (a, b) => (a.payer === b.payer ? undefined : `switch ${a.payer}, wallet ${b.payer}`),
  );
  const books = await compare(
    routing.each<Line>('routing_for_books', ROUTING_LINES),
    settlement.each<Line>('settlement_lines', SETTLEMENT_LINES),
    pending,
    (a, b) =>
      a.payer === b.payer && a.payee === b.payee
        ? undefined
        : `payments say ${a.payer} and ${a.payee}, books say ${b.payer} and ${b.payee}`,
  );
  return [
    resultOf(
      'switch and wallets',
      'what the switch recorded as paid is what the wallet operator took, payment by payment',
      payer,
    ),
    resultOf(
      'payments and books',
      "both legs of each payment stand in the switch's books, and nothing else does",
      books,
    ),
  ];
}

const NOTHING = { payer: 0n, payee: 0n };

async function compare(
  left: AsyncGenerator<Line>,
  right: AsyncGenerator<Line>,
  pending: ReadonlySet<string>,
  difference: (a: Omit<Line, 'payment_id'>, b: Omit<Line, 'payment_id'>) => string | undefined,
): Promise<string[]> {
  const problems: string[] = [];
  let a = await left.next();
  let b = await right.next();
  while (!a.done || !b.done) {
    const id = [a.done ? [] : a.value.payment_id, b.done ? [] : b.value.payment_id]
      .flat()
      .sort()[0];
    if (id === undefined) break;
    const ours = !a.done && a.value.payment_id === id ? a.value : undefined;
    const theirs = !b.done && b.value.payment_id === id ? b.value : undefined;
    const found = pending.has(id) ? undefined : difference(ours ?? NOTHING, theirs ?? NOTHING);
    if (found) problems.push(`${id}: ${found}`);
    if (ours) a = await left.next();
    if (theirs) b = await right.next();
  }
  return problems;
}

/** Several sorted streams as one. A payment stands in at most one wallet operator's book. */
async function* mergedLines(streams: readonly AsyncGenerator<Line>[]): AsyncGenerator<Line> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let least: number | undefined;
    for (const [index, head] of heads.entries()) {
      if (head.done) continue;
      const best = least === undefined ? undefined : heads[least];
      if (!best || best.done || head.value.payment_id < best.value.payment_id) least = index;
    }
    const head = least === undefined ? undefined : heads[least];
    const stream = least === undefined ? undefined : streams[least];
    if (least === undefined || !head || head.done || !stream) return;
    yield head.value;
    heads[least] = await stream.next();
  }
}

/** Sums of payable to the switch at each wallet operator against the switch's receivable. */
export async function positionsAgree(
  wallets: readonly Snapshot[],
  settlement: Snapshot,
): Promise<CheckResult> {
  const receivable = await settlement.all<{ owner: string; currency_code: string; sum: string }>(`
    SELECT owner, currency_code, sum(debits_posted - credits_posted)::text AS sum
    FROM ledger_accounts WHERE code IN ('issuer_receivable', 'issuer_refunds')
    GROUP BY owner, currency_code`);
  const owed = new Map(receivable.map((r) => [`${r.owner} ${r.currency_code}`, BigInt(r.sum)]));
  const problems: string[] = [];
  for (const wallet of wallets) {
    const rows = await wallet.all<{ currency_code: string; sum: string }>(`
      SELECT currency_code, sum(credits_posted - debits_posted)::text AS sum
      FROM ledger_accounts WHERE code = 'payable_to_switch' GROUP BY currency_code`);
    for (const { currency_code, sum } of rows) {
      const key = `${wallet.address.name} ${currency_code}`;
      const expected = owed.get(key) ?? 0n;
      if (BigInt(sum) !== expected)
        problems.push(`${key}: wallet owes ${sum}, switch expects ${expected}`);
      owed.delete(key);
    }
  }
  for (const [key, sum] of owed) {
    if (sum !== 0n) problems.push(`${key}: the switch expects ${sum} and no wallet owes it`);
  }
  return resultOf(
    'positions',
    "what each wallet operator says it owes the switch is what the switch's books say",
    problems,
  );
}
