import { type Database, type RowColumn, rowArray, type Tx } from '@causeway/db';
import type { OurMovement, Ours } from '../ours.ts';
import * as sql from './bank-sql.ts';
import type { Progress } from './partner.ts';
import { DAYS_APART } from './rules.ts';

/** What a run needs to know of a statement. */
export interface BankRun {
  reconciliationId: string;
  currencyCode: string;
  fromDate: string;
  toDate: string;
  loadId: string;
}

/** The attributes of `our_movement_v1`, in their order. */
const OUR_MOVEMENT: RowColumn<OurMovement>[] = [
  { type: 'text', of: ({ reference }) => reference },
  { type: 'bigint', of: ({ signedMinor }) => signedMinor },
  { type: 'text', of: ({ currencyCode }) => currencyCode },
  { type: 'date', of: ({ valueDate }) => valueDate },
  { type: 'text', of: ({ told }) => told },
];

const BATCH = 1_000;
/** How long after its day a bank may still book something for us to know it. */
const LATEST_DAYS = 30;
const DAY_MS = 86_400_000;

/** Matches a statement with the movements of our windows and finds the breaks. */
export async function matchBank(
  tx: Tx,
  { db, ours }: { db: Database; ours: Ours },
  run: BankRun,
  progress: Progress,
): Promise<void> {
  const { loadId, currencyCode, fromDate, toDate, reconciliationId } = run;
  await tx.query(sql.BANK_TABLES);
  const due = {
    currencyCode,
    fromDate: shifted(fromDate, -LATEST_DAYS),
    toDate: shifted(toDate, DAYS_APART.bank),
  };
  await stage(tx, ours.movements(db, due), progress);
  await tx.query('ANALYZE ours');
  await progress('matching by reference', 0);
  await tx.query(sql.MEET_BY_REFERENCE, [loadId]);
  await tx.query(sql.MEET_BANK_ALIKE, [loadId, DAYS_APART.bank]);
  await tx.query(sql.FIND_BANK_DIFFERENCES, [loadId]);
  await tx.query(sql.FIND_UNMET_ENTRIES, [loadId]);
  await tx.query(sql.FIND_UNMET_MOVEMENTS, [reconciliationId, fromDate, toDate]);
}

async function stage(
  tx: Tx,
  movements: AsyncIterable<OurMovement>,
  progress: Progress,
): Promise<void> {
  let batch: OurMovement[] = [];
  let count = 0;
  const flush = async () => {
    await tx.query(sql.ADD_MOVEMENTS, [rowArray('our_movement_v1', batch, OUR_MOVEMENT)]);
    count += batch.length;
    batch = [];
    await progress('reading our movements', count);
  };
  for await (const movement of movements) {
    batch.push(movement);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
}

/** The day so many days later, or earlier where that is below zero. */
function shifted(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
