import { type CheckResult, resultOf } from '../report.ts';
import type { Snapshot } from '../source.ts';
import { settledAlike } from './settled.ts';
import { SETTLEMENT_LINES } from './settlement.ts';
import { OWED_BY_PAYMENTS, TAKEN } from './wallet.ts';

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

/**
 * What is on its way, or so new that the next book may not have it yet. A difference of these is
 * no breach; when it lasts, the payment is soon no longer new.
 */
const onTheWaySql = (graceSeconds: number) => `
  SELECT payment_id FROM payments
  WHERE step <> 'DONE' OR updated_at > now() - interval '${graceSeconds} seconds'
  UNION SELECT payment_id FROM refunds WHERE state = 'PENDING'`;

const WALLET_LINES = `
  SELECT payment_id, sum(taken)::bigint AS payer, 0::bigint AS payee
  FROM (${TAKEN}) taken GROUP BY payment_id ORDER BY payment_id`;

/** What the comparison of books found. */
export interface Crossed {
  checks: CheckResult[];
  /** Payments whose books differ because they are still on their way. */
  lagging: number;
}

/** Compares the books of all three kinds. A payment counts as new for `graceSeconds`. */
export async function crossBooks(
  routing: Snapshot,
  wallets: readonly Snapshot[],
  settlement: Snapshot,
  graceSeconds: number,
): Promise<Crossed> {
  const rows = await routing.all<{ payment_id: string }>(onTheWaySql(graceSeconds));
  const onTheWay = new Set(rows.map((row) => row.payment_id));
  const lagging = new Set<string>();
  const breaches = (differences: readonly Difference[]) =>
    differences.flatMap(({ paymentId, what }) => {
      if (!onTheWay.has(paymentId)) return [`${paymentId}: ${what}`];
      lagging.add(paymentId);
      return [];
    });
  const payments = await paymentsAgree(routing, wallets, settlement, breaches);
  // Where payments lag the sums differ by them; the payments tell whether by anything else.
  const positions = lagging.size > 0 ? [] : await positionDifferences(wallets, settlement);
  const settled = await settledAlike(wallets, settlement);
  return { checks: [...payments, positionCheck(positions), settled], lagging: lagging.size };
}

/**
 * Compares payment by payment: the switch's record against each wallet operator's ledger and
 * against the switch's own ledger. All are read in the order of the payment ids, so that a day
 * with millions of payments needs no more memory than a page of each.
 */
async function paymentsAgree(
  routing: Snapshot,
  wallets: readonly Snapshot[],
  settlement: Snapshot,
  breaches: (differences: readonly Difference[]) => string[],
): Promise<CheckResult[]> {
  const taken = await compare(
    routing.each<Line>('routing_for_wallet', ROUTING_LINES),
    mergedLines(wallets.map((wallet) => wallet.each<Line>('wallet_lines', WALLET_LINES))),
    (a, b) => (a.payer === b.payer ? undefined : `switch ${a.payer}, wallet ${b.payer}`),
  );
  const booked = await compare(
    routing.each<Line>('routing_for_books', ROUTING_LINES),
    settlement.each<Line>('settlement_lines', SETTLEMENT_LINES),
    (a, b) =>
      a.payer === b.payer && a.payee === b.payee
        ? undefined
        : `payments say ${a.payer} and ${a.payee}, books say ${b.payer} and ${b.payee}`,
  );
  return [
    resultOf(
      'switch and wallets',
      'what the switch recorded as paid is what the wallet operator took, payment by payment',
      breaches(taken),
    ),
    resultOf(
      'payments and books',
      "both legs of each payment stand in the switch's books, and nothing else does",
      breaches(booked),
    ),
  ];
}

interface Difference {
  paymentId: string;
  what: string;
}

type Amounts = Pick<Line, 'payer' | 'payee'>;
const NOTHING: Amounts = { payer: 0n, payee: 0n };

async function compare(
  left: AsyncGenerator<Line>,
  right: AsyncGenerator<Line>,
  difference: (a: Amounts, b: Amounts) => string | undefined,
): Promise<Difference[]> {
  const found: Difference[] = [];
  let a = await left.next();
  let b = await right.next();
  while (!a.done || !b.done) {
    const paymentId = least(a, b);
    const ours = !a.done && a.value.payment_id === paymentId ? a.value : undefined;
    const theirs = !b.done && b.value.payment_id === paymentId ? b.value : undefined;
    const what = difference(ours ?? NOTHING, theirs ?? NOTHING);
    if (what) found.push({ paymentId, what });
    if (ours) a = await left.next();
    if (theirs) b = await right.next();
  }
  return found;
}

function least(a: IteratorResult<Line>, b: IteratorResult<Line>): string {
  if (a.done) return b.value.payment_id;
  if (b.done) return a.value.payment_id;
  return a.value.payment_id < b.value.payment_id ? a.value.payment_id : b.value.payment_id;
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

/**
 * What payments left payable at each wallet operator against what their bookings left receivable
 * at the switch. What either side settled since is not in it: they settle at different moments.
 */
async function positionDifferences(
  wallets: readonly Snapshot[],
  settlement: Snapshot,
): Promise<string[]> {
  const receivable = await settlement.all<{ owner: string; currency_code: string; sum: string }>(`
    SELECT owner, currency_code, sum(debits_posted - credits_posted)::text AS sum
    FROM booked_accounts WHERE code IN ('issuer_receivable', 'issuer_refunds')
    GROUP BY owner, currency_code`);
  const owed = new Map(receivable.map((r) => [`${r.owner} ${r.currency_code}`, BigInt(r.sum)]));
  const problems: string[] = [];
  for (const wallet of wallets) {
    const rows = await wallet.all<{ currency_code: string; sum: string }>(OWED_BY_PAYMENTS);
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
  return problems;
}

function positionCheck(problems: readonly string[]): CheckResult {
  return resultOf(
    'positions',
    "what each wallet operator owes by its payments is what the switch's bookings say",
    problems,
  );
}
