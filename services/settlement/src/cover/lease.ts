import type { Database, Tx } from '@causeway/db';
import type {
  LeaseCoverRequest,
  LeaseCoverResponse,
  SliceGrant,
  SliceReport,
} from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { failpoint, type Runtime } from '@causeway/runtime';
import { coverLeased } from '../metrics.ts';
import { participantOf, toParticipant } from '../participants.ts';
import { leaseFor } from './decide.ts';
import { type CoverKey, type CoverPosition, keyText, type SliceTotals } from './position.ts';
import { addLease, coverPosition, coverPositions, lockCover, putReport } from './store.ts';

interface LeaseDeps {
  db: Database;
  runtime: Runtime;
}

/** What one slice has done and needs. */
interface Ask {
  key: CoverKey;
  report: SliceTotals;
  amountsMinor: readonly bigint[];
}

/** Amounts of one participant that one call may ask for. */
const MAX_AMOUNTS = 256;
/** Slices in one call. */
const MAX_SLICES = 10_000;

/**
 * Takes up what routing reports of its slices and leases what it needs. Whatever was leased before
 * and did not arrive is told again, since totals are what is answered. Throws FIELD_INVALID.
 */
export async function leaseCover(
  deps: LeaseDeps,
  request: LeaseCoverRequest,
): Promise<LeaseCoverResponse> {
  const asks = asksOf(request);
  const answers = await deps.db.transaction(async (tx) => {
    const known = new Map((await coverPositions(tx)).map((one) => [keyText(one), one]));
    const grants: SliceGrant[] = [];
    // In the order of their keys, as everybody locks them.
    for (const [text, position] of known) {
      const ask = asks.get(text);
      const granted = await leased(deps, tx, position, ask);
      if (granted) grants.push(granted);
    }
    return grants;
  });
  await failpoint('settlement.cover.leased');
  return { grants: answers };
}

/** Deals with one slice; answers undefined where its participant is not limited. */
async function leased(
  { runtime: { clock } }: LeaseDeps,
  tx: Tx,
  seen: CoverPosition,
  ask: Ask | undefined,
): Promise<SliceGrant | undefined> {
  const isLimited = seen.capMinor !== undefined;
  // Nothing is leased ahead to whoever has not heard of the limit yet.
  if (!ask) return isLimited ? grantOf(seen, false, 0n) : undefined;
  const { report, amountsMinor } = ask;
  if (isKnown(seen, report)) {
    const lease = decided(seen, report, amountsMinor, clock.nowMs());
    if (!isLimited) return undefined;
    if (lease.amountMinor === 0n) return grantOf(seen, lease.exhausted, lease.targetMinor);
  }
  await lockCover(tx, seen);
  await putReport(tx, seen, report, clock.now());
  const position = (await coverPosition(tx, seen)) ?? seen;
  if (position.capMinor === undefined) return undefined;
  const lease = decided(position, report, amountsMinor, clock.nowMs());
  if (lease.amountMinor > 0n) {
    await failpoint('settlement.cover.leasing');
    await addLease(tx, seen, lease.amountMinor, clock.now());
    coverLeased.add(1, { participant: seen.participant.id, currency: seen.currencyCode });
  }
  const leasedMinor = position.slice.leasedMinor + lease.amountMinor;
  const slice = { ...position.slice, leasedMinor };
  return grantOf({ ...position, slice }, lease.exhausted, lease.targetMinor);
}

function decided(
  position: CoverPosition,
  report: SliceTotals,
  amountsMinor: readonly bigint[],
  nowMs: number,
) {
  const { usedMinor, leasedMinor, prefundedMinor, capMinor = 0n, slice, recallUntil } = position;
  return leaseFor({
    ...{ usedMinor, leasedMinor, amountsMinor },
    coverMinor: capMinor + prefundedMinor,
    freeMinor:
      slice.leasedMinor - slice.returnedMinor - report.reservedMinor + report.givenBackMinor,
    isRecalled: recallUntil !== undefined && nowMs < recallUntil.getTime(),
  });
}

/** Whether the report says nothing new. */
function isKnown({ slice, reportedAt }: CoverPosition, report: SliceTotals): boolean {
  return (
    reportedAt !== undefined &&
    report.leasedMinor <= slice.leasedMinor &&
    report.returnedMinor <= slice.returnedMinor &&
    report.reservedMinor <= slice.reservedMinor &&
    report.givenBackMinor <= slice.givenBackMinor
  );
}

function grantOf(
  { participant, currencyCode, slice }: CoverPosition,
  exhausted: boolean,
  targetMinor: bigint,
): SliceGrant {
  const named = { participant: toParticipant(participant), currencyCode };
  const { leasedMinor } = slice;
  return { ...named, leasedMinor, exhausted, targetMinor, known: { ...named, ...slice } };
}

function asksOf({ reports, needs }: LeaseCoverRequest): Map<string, Ask> {
  const fields = new RequestFields();
  fields.within('reports', reports.length, 0, MAX_SLICES);
  fields.within('needs', needs.length, 0, MAX_SLICES);
  const asks = new Map<string, Ask>();
  for (const [index, report] of reports.entries()) {
    const key = keyOf(report);
    if (!key || !isPlausible(report)) fields.wrong(`reports[${index}]`, 'is of no slice');
    else asks.set(keyText(key), { key, report, amountsMinor: [] });
  }
  for (const [index, need] of needs.entries()) {
    const key = keyOf(need);
    const amounts = need.amountsMinor;
    if (!key || amounts.length > MAX_AMOUNTS || amounts.some((amount) => amount <= 0n)) {
      fields.wrong(`needs[${index}]`, `must be 1 to ${MAX_AMOUNTS} amounts above zero`);
      continue;
    }
    const report = asks.get(keyText(key))?.report ?? NOTHING;
    asks.set(keyText(key), { key, report, amountsMinor: amounts });
  }
  fields.refuse();
  return asks;
}

const NOTHING: SliceTotals = {
  leasedMinor: 0n,
  returnedMinor: 0n,
  reservedMinor: 0n,
  givenBackMinor: 0n,
};

function keyOf(named: Pick<SliceReport, 'participant' | 'currencyCode'>): CoverKey | undefined {
  const participant = participantOf(named.participant);
  return participant && { participant, currencyCode: named.currencyCode };
}

function isPlausible(report: SliceTotals): boolean {
  const { leasedMinor, returnedMinor, reservedMinor, givenBackMinor } = report;
  return (
    returnedMinor >= 0n &&
    givenBackMinor >= 0n &&
    returnedMinor <= leasedMinor &&
    givenBackMinor <= reservedMinor
  );
}
