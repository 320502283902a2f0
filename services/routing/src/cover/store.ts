import type { Database, Tx } from '@causeway/db';
import {
  accepted,
  type CoverKey,
  emptySlice,
  freeMinor,
  type Grant,
  isRestored,
  type Slice,
} from './slice.ts';

interface SliceRow {
  participant_kind: 'acquirer' | 'issuer';
  participant_id: string;
  currency: string;
  limited: boolean;
  leased_minor: bigint;
  returned_minor: bigint;
  reserved_minor: bigint;
  given_back_minor: bigint;
  lost_minor: bigint;
  target_minor: bigint;
}

const SLICES = `
  SELECT participant_kind, participant_id, currency, limited, leased_minor, returned_minor,
         reserved_minor, given_back_minor, lost_minor, target_minor
  FROM cover_slices`;
const KEY = 'participant_kind = $1 AND participant_id = $2 AND currency = $3';

/** All SQL on slices but that of payments, which take from them in their own commits. */
export class CoverStore {
  constructor(private readonly db: Database) {}

  /** Every slice, in the order of its key. */
  async slices(): Promise<Slice[]> {
    const rows = await this.db.query<SliceRow>(
      `${SLICES} ORDER BY participant_kind, participant_id, currency`,
      [],
    );
    return rows.map(sliceOf);
  }

  /**
   * Takes up what settlement answered; what was overtaken by a later answer changes nothing. Answers
   * whether the slice was restored from a backup, and so written off.
   */
  async accept(grant: Grant): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const empty = emptySlice(grant);
      await tx.query(
        `INSERT INTO cover_slices (participant_kind, participant_id, currency, limited)
         VALUES ($1, $2, $3, true) ON CONFLICT DO NOTHING`,
        keyed(empty),
      );
      const slice = (await locked(tx, grant)) ?? empty;
      await write(tx, accepted(slice, grant));
      return isRestored(slice, grant.known);
    });
  }

  /**
   * Returns what is free beyond the given amount, so that it is spent no more; settlement is told of
   * it by the next report, however often that is lost. Answers how much, in minor units.
   */
  async giveUp(key: CoverKey, keptMinor: bigint): Promise<bigint> {
    return this.db.transaction(async (tx) => {
      const slice = await locked(tx, key);
      const surplusMinor = slice ? freeMinor(slice) - keptMinor : 0n;
      if (!slice || surplusMinor <= 0n) return 0n;
      await write(tx, { ...slice, returnedMinor: slice.returnedMinor + surplusMinor });
      return surplusMinor;
    });
  }

  /** Payments of this participant need not be reserved any more. */
  async lift(key: CoverKey): Promise<void> {
    await this.db.query(
      `UPDATE cover_slices SET limited = false, target_minor = 0 WHERE ${KEY}`,
      keyed(key),
    );
  }
}

async function locked(tx: Tx, key: CoverKey): Promise<Slice | undefined> {
  const rows = await tx.query<SliceRow>(`${SLICES} WHERE ${KEY} FOR UPDATE`, keyed(key));
  return rows.map(sliceOf)[0];
}

async function write(tx: Tx, slice: Slice): Promise<void> {
  await tx.query(
    `UPDATE cover_slices SET limited = $4, leased_minor = $5, returned_minor = $6,
       reserved_minor = $7, given_back_minor = $8, lost_minor = $9, target_minor = $10
     WHERE ${KEY}`,
    [
      ...keyed(slice),
      slice.isLimited,
      slice.leasedMinor,
      slice.returnedMinor,
      slice.reservedMinor,
      slice.givenBackMinor,
      slice.lostMinor,
      slice.targetMinor,
    ],
  );
}

function keyed({ side, id, currencyCode }: CoverKey): string[] {
  return [side, id, currencyCode];
}

function sliceOf(row: SliceRow): Slice {
  return {
    side: row.participant_kind,
    id: row.participant_id,
    currencyCode: row.currency,
    isLimited: row.limited,
    leasedMinor: row.leased_minor,
    returnedMinor: row.returned_minor,
    reservedMinor: row.reserved_minor,
    givenBackMinor: row.given_back_minor,
    lostMinor: row.lost_minor,
    targetMinor: row.target_minor,
  };
}
