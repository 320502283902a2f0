import type { Database } from '@causeway/db';
import { bpsOf } from '@causeway/money';
import type { Agreement } from '../agreements/agreement.ts';
import { addDays } from '../calendar/days.ts';
import { valueDateOf } from '../calendar/value-date.ts';
import { lastCommandSeq } from '../commands/store.ts';
import type { ParticipantRef } from '../participants.ts';
import { waitingCharges } from '../postings/store.ts';
import type { Final } from './body.ts';
import { type ChargeTerms, charged, type TermsOfDay, termsOf } from './charging.ts';
import { amountFor, type Item } from './item.ts';
import { bookedTotals, convertedTotals, firstItems, withItems } from './items-store.ts';
import { chargedBy, earlierWindows } from './store.ts';
import { netOf, type WindowKey, type WindowSum } from './window.ts';

/** Where agreements are found. */
export interface AgreementBook {
  /** What holds for a participant's clearing day. */
  inForce(participant: ParticipantRef, clearingDate: string): Promise<Agreement>;
  /** A version that was in force before; 0 is the built-in one. */
  version(participant: ParticipantRef, version: number): Promise<Agreement>;
}

/** What windows are drawn up from. */
export interface DrawUpDeps {
  db: Database;
  agreements: AgreementBook;
}

/** A window as it will be made final. */
export interface DrawnUp {
  agreement: Agreement;
  final: Final;
  /** How many of its lines are refunds, by currency. */
  refundCounts: ReadonlyMap<string, bigint>;
}

/** What of a window's parts does not come from its lines. */
type Corrections = Pick<WindowSum, 'adjustmentsMinor' | 'disputesMinor' | 'carriedMinor'>;
interface Tally
  extends Pick<WindowSum, 'itemCount' | 'capturedMinor' | 'refundedMinor' | 'feesMinor'> {
  refundCount: bigint;
}

const NO_ITEMS: Tally = {
  ...{ itemCount: 0n, refundCount: 0n },
  ...{ capturedMinor: 0n, refundedMinor: 0n, feesMinor: 0n },
};
const NO_CORRECTIONS: Corrections = {
  adjustmentsMinor: 0n,
  disputesMinor: 0n,
  carriedMinor: 0n,
};

/**
 * Computes what a closed window comes to, once it holds all that routing stamped with its day. Writes
 * nothing. The charges that wait now are part of it; later ones are of the next window.
 */
export async function drawUp(deps: DrawUpDeps, key: WindowKey): Promise<DrawnUp> {
  const { db, agreements } = deps;
  const { participant, clearingDate } = key;
  const agreement = await agreements.inForce(participant, clearingDate);
  const chargesThrough = await lastCommandSeq(db);
  const earlier = new Map((await earlierWindows(db, key)).map((row) => [row.currencyCode, row]));
  const monthVolume = (currencyCode: string) => earlier.get(currencyCode)?.monthVolumeMinor ?? 0n;
  const terms = termsFinder(deps, key, agreement, monthVolume);
  const tallies = await tallied(db, key, terms);
  const corrections = await corrected(db, key, chargesThrough);
  const currencies = new Set([
    ...[...tallies.keys(), ...corrections.keys(), ...earlier.keys()],
    ...currenciesOf(agreement),
  ]);
  const { day: valueDate } = await valueDateOf(agreement.valueDate, clearingDate);
  const sums = [...currencies].sort().map((currencyCode) => {
    const { refundCount: _, ...tally } = tallies.get(currencyCode) ?? NO_ITEMS;
    return sumOf(key, agreement, {
      ...tally,
      ...(corrections.get(currencyCode) ?? NO_CORRECTIONS),
      ...{ currencyCode, valueDate },
      releasedMinor: earlier.get(currencyCode)?.releasableMinor ?? 0n,
      monthVolumeMinor: monthVolume(currencyCode),
      feeTier: termsOf(agreement, currencyCode, monthVolume(currencyCode)).tier.number,
    });
  });
  return {
    agreement,
    refundCounts: new Map(
      [...tallies].map(([currency, { refundCount }]) => [currency, refundCount]),
    ),
    final: {
      ...{ agreementVersion: agreement.version, chargesThrough, sums },
      refunds: await refundsOf(db, key),
      conversions: await convertedTotals(db, key),
    },
  };
}

/** The lines of a window with their fees, as its files list them. */
export function withChargedItems<T>(
  deps: DrawUpDeps,
  key: WindowKey,
  agreement: Agreement,
  use: (items: AsyncIterable<Item>) => Promise<T>,
): Promise<T> {
  const { kind } = key.participant;
  const { db } = deps;
  return withItems(db, key, async (items) => {
    const earlier = new Map((await earlierWindows(db, key)).map((row) => [row.currencyCode, row]));
    const monthVolume = (currency: string) => earlier.get(currency)?.monthVolumeMinor ?? 0n;
    return use(charged(kind, items, termsFinder(deps, key, agreement, monthVolume)));
  });
}

/** The first of these lines. */
export async function firstChargedItems(
  deps: DrawUpDeps,
  key: WindowKey,
  agreement: Agreement,
  limit: number,
): Promise<Item[]> {
  const { db } = deps;
  const earlier = new Map((await earlierWindows(db, key)).map((row) => [row.currencyCode, row]));
  const monthVolume = (currency: string) => earlier.get(currency)?.monthVolumeMinor ?? 0n;
  const terms = termsFinder(deps, key, agreement, monthVolume);
  const found: Item[] = [];
  const first = await firstItems(db, key, limit);
  for await (const item of charged(key.participant.kind, first, terms)) found.push(item);
  return found;
}

/** Currencies that even an empty day has sums and files of. */
function currenciesOf({ settlementCurrencyCode, fees, payoutAccounts }: Agreement): string[] {
  if (settlementCurrencyCode !== undefined) return [settlementCurrencyCode];
  return [...fees, ...payoutAccounts].map(({ currencyCode }) => currencyCode);
}

function termsFinder(
  { db, agreements }: DrawUpDeps,
  { participant, clearingDate }: WindowKey,
  agreement: Agreement,
  monthVolume: (currencyCode: string) => bigint,
): TermsOfDay {
  const found = new Map<string, ChargeTerms>();
  const find = async (capturedOn: string, currencyCode: string): Promise<ChargeTerms> => {
    const own = termsOf(agreement, currencyCode, monthVolume(currencyCode));
    if (capturedOn === clearingDate) return own;
    const day = { participant, clearingDate: capturedOn };
    const by = await chargedBy(db, day, currencyCode);
    // Captured before the books had windows: nothing was charged, so nothing is given back.
    if (!by) return { ...own, schedule: { ...own.schedule, refundable: false } };
    const then = await agreements.version(participant, by.agreementVersion);
    const { schedule } = termsOf(then, currencyCode, 0n);
    const tier = schedule.tiers[by.feeTier - 1];
    if (!tier) throw new Error(`agreement ${then.version} has no tier ${by.feeTier}`);
    return { schedule, tier: { ...tier, number: by.feeTier } };
  };
  return async (capturedOn, currencyCode) => {
    const name = `${capturedOn} ${currencyCode}`;
    const known = found.get(name) ?? (await find(capturedOn, currencyCode));
    found.set(name, known);
    return known;
  };
}

async function tallied(
  db: Database,
  key: WindowKey,
  terms: TermsOfDay,
): Promise<Map<string, Tally>> {
  const { kind } = key.participant;
  const tallies = new Map<string, Tally>();
  await withItems(db, key, async (items) => {
    for await (const item of charged(kind, items, terms)) {
      const { currencyCode, amountMinor } = amountFor(kind, item);
      const before = tallies.get(currencyCode) ?? NO_ITEMS;
      const part = item.kind === 'capture' ? 'capturedMinor' : 'refundedMinor';
      tallies.set(currencyCode, {
        ...before,
        itemCount: before.itemCount + 1n,
        refundCount: before.refundCount + (item.kind === 'refund' ? 1n : 0n),
        [part]: before[part] + amountMinor,
        feesMinor: before.feesMinor + item.fee.totalMinor,
      });
    }
  });
  return tallies;
}

const CORRECTED: Readonly<Record<string, keyof Corrections>> = {
  adjustment: 'adjustmentsMinor',
  dispute: 'disputesMinor',
  carry: 'carriedMinor',
};

async function corrected(
  db: Database,
  { participant }: WindowKey,
  throughSeq: bigint,
): Promise<Map<string, Corrections>> {
  const sums = new Map<string, Corrections>();
  for (const { kind, currencyCode, amountMinor } of await waitingCharges(
    db,
    participant,
    throughSeq,
  )) {
    const part = CORRECTED[kind];
    if (!part) throw new Error(`no window takes charges of ${kind}`);
    const before = sums.get(currencyCode) ?? NO_CORRECTIONS;
    sums.set(currencyCode, { ...before, [part]: before[part] + amountMinor });
  }
  return sums;
}

type Parts = Omit<WindowSum, 'netMinor' | 'dueMinor' | 'reserveMinor' | 'releaseDate'>;

function sumOf(
  { participant, clearingDate }: WindowKey,
  agreement: Agreement,
  parts: Parts,
): WindowSum {
  const { reserve } = agreement;
  const isHeld = participant.kind === 'acquirer' && reserve !== undefined;
  const reserveMinor = isHeld ? bpsOf(parts.capturedMinor, reserve.bps) : 0n;
  const whole = {
    ...parts,
    reserveMinor,
    releaseDate: reserveMinor > 0n && reserve ? addDays(clearingDate, reserve.days) : undefined,
  };
  const netMinor = netOf(whole);
  const minimum = agreement.minimumPayouts.get(parts.currencyCode) ?? 0n;
  // What an acquirer owes is always collected: only small payouts wait.
  const waits = participant.kind === 'acquirer' && netMinor > 0n && netMinor < minimum;
  return { ...whole, netMinor, dueMinor: waits ? 0n : netMinor };
}

/** What was refunded, in the currencies in which the books have it on the participant's side. */
async function refundsOf(db: Database, key: WindowKey): Promise<Final['refunds']> {
  const sums = new Map<string, bigint>();
  for (const total of await bookedTotals(db, key)) {
    const [currencyCode, minor] =
      key.participant.kind === 'acquirer'
        ? [total.payeeCurrency, total.payeeRefundedMinor]
        : [total.payerCurrency, total.payerRefundedMinor];
    sums.set(currencyCode, (sums.get(currencyCode) ?? 0n) + minor);
  }
  return [...sums].map(([currencyCode, minor]) => ({ currencyCode, minor }));
}
