import { openCallers } from '@causeway/callers';
import { ISSUER, OPERATOR_ID } from '@causeway/sandbox';
import type { Bench, Problem } from '../../part.ts';
import type { Outcome } from '../load/journal.ts';
import type { World } from '../load/protocol.ts';
import { Books } from './books.ts';
import { type Known, readJournal } from './journal-file.ts';
import { wrongWith } from './judge.ts';

/** More than these are counted and not shown. */
const PROBLEMS_SHOWN = 10;
/** Of each lot of the log, so many payments are looked up in the switch's books, one by one. */
const BOOKED_SHARE = 250;

/**
 * Holds every book to what a client was told: each payment that was answered stands in the
 * switch's and the wallet operator's database as it was answered, and there is no other. The
 * switch's own books are asked about some of them; the verifier compares all of those.
 */
export async function reconcile(bench: Bench, world: World): Promise<Problem[]> {
  const books = new Books(bench);
  const callers = openCallers(bench.runtime, bench.stack);
  const wrong: string[] = [];
  const counted = new Map<Outcome, number>();
  try {
    for await (const lot of readJournal(world)) {
      const [recorded, charged] = await Promise.all([books.recorded(lot), books.charged(lot)]);
      for (const known of lot) {
        counted.set(known.outcome, (counted.get(known.outcome) ?? 0) + 1);
        const { paymentId, requestId } = known;
        const what = wrongWith(known, recorded.get(paymentId), charged.get(paymentId));
        if (what !== undefined) wrong.push(`payment ${requestId} (${paymentId}) ${what}`);
      }
      const settlement = callers.as(OPERATOR_ID).settlement;
      for (const known of lot.filter((_, index) => index % BOOKED_SHARE === 0)) {
        if (known.outcome !== 'SUCCEEDED') continue;
        const { transfers } = await settlement.listPaymentTransfers({ paymentId: known.paymentId });
        const what = wrongInBooks(known, transfers);
        if (what !== undefined)
          wrong.push(`payment ${known.requestId} (${known.paymentId}) ${what}`);
      }
    }
    wrong.push(...wrongCounts(counted, await books.counts(world.run)));
  } finally {
    callers.close();
    await books.close();
  }
  const shown = wrong.slice(0, PROBLEMS_SHOWN).map((what) => ({ what }));
  const more = wrong.length - shown.length;
  return more > 0 ? [...shown, { what: `and ${more} more like these` }] : shown;
}

interface Transfer {
  debitAccount: string;
  creditAccount: string;
  amount: { currencyCode: string; amountMinor: bigint } | undefined;
}

/** What the operator of the wallets owes, and what the acquirer is owed, of one payment. */
function wrongInBooks(
  { partnerId, payerMinor, payeeMinor }: Known,
  transfers: readonly Transfer[],
): string | undefined {
  const sum = (wanted: (transfer: Transfer) => boolean) =>
    transfers.filter(wanted).reduce((total, { amount }) => total + (amount?.amountMinor ?? 0n), 0n);
  const receivable = `issuer_receivable ${ISSUER.id}`;
  const payable = `acquirer_payable ${partnerId}`;
  // A markup below zero is booked the other way round.
  const owed =
    sum(({ debitAccount }) => debitAccount === receivable) -
    sum(({ creditAccount }) => creditAccount === receivable);
  if (owed !== payerMinor) return `was answered with ${payerMinor}, and ${owed} is booked`;
  const due = sum(({ creditAccount }) => creditAccount === payable);
  return due === payeeMinor ? undefined : `is worth ${payeeMinor}, and ${due} is booked`;
}

/** A payment that no client knows of would be one too many in the switch's own count. */
function wrongCounts(
  known: ReadonlyMap<Outcome, number>,
  recorded: ReadonlyMap<string, number>,
): string[] {
  const open = (known.get('UNKNOWN') ?? 0) + (known.get('PENDING') ?? 0);
  return [...recorded].flatMap(([state, count]) => {
    const answered = known.get(state as Outcome) ?? 0;
    const most = answered + open;
    return count >= answered && count <= most
      ? []
      : [`${count} payments are recorded as ${state}; clients know of ${answered}`];
  });
}
