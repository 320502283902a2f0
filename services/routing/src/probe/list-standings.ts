import type { Database } from '@causeway/db';
import type { ListStandingsResponse, PaymentStanding } from '@causeway/proto/routing';
import { isUuid, laneOf } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import { type StandingRow, standings } from './store.ts';

const MAX_IDS = 500;

/** What payments come to for their payers, as routing has it. Refuses FIELD_INVALID. */
export async function listStandings(
  db: Database,
  paymentIds: readonly string[],
): Promise<ListStandingsResponse> {
  if (paymentIds.length > MAX_IDS || !paymentIds.every(isUuid)) {
    const description = `takes at most ${MAX_IDS} ids of payments`;
    throw refuse('FIELD_INVALID', `payment_ids ${description}`, {
      fields: [{ field: 'payment_ids', description }],
    });
  }
  const keys = paymentIds.map((paymentId) => ({ paymentId, lane: laneOf(paymentId) }));
  return { standings: (await standings(db, keys)).map(standingOf) };
}

function standingOf(row: StandingRow): PaymentStanding {
  const { paymentId, currency, isAtRest, unchangedMs } = row;
  const keptMinor = row.state === 'SUCCEEDED' ? (row.payerMinor ?? 0n) - row.refundedMinor : 0n;
  const keptAmount =
    currency === null ? undefined : { currencyCode: currency, amountMinor: keptMinor };
  return { paymentId, keptAmount, atRest: isAtRest, unchangedMs };
}
