import { columns, type Database, type RowColumn, rowArray, type Tx } from '@causeway/db';
import type { ParticipantRef } from '../../participants.ts';
import { idsReferred } from '../load/meant.ts';
import type { OurItem, Ours } from '../ours.ts';
import * as sql from './partner-sql.ts';
import { DAYS_APART } from './rules.ts';

/** What a run needs to know of a participant's day. */
export interface PartnerRun {
  reconciliationId: string;
  participant: ParticipantRef;
  clearingDate: string;
  loadId: string;
}

/** Told how far a run is, now and then. */
export type Progress = (step: string, doneCount: number) => Promise<void>;

/** The attributes of `our_item_v1`, in their order. */
const OUR_ITEM: RowColumn<OurItem>[] = [
  { type: 'text', of: ({ kind }) => kind },
  { type: 'uuid', of: ({ subjectId }) => subjectId },
  { type: 'uuid', of: ({ paymentId }) => paymentId },
  { type: 'text', of: ({ merchantId }) => merchantId },
  { type: 'text', of: ({ currencyCode }) => currencyCode },
  { type: 'bigint', of: ({ amountMinor }) => amountMinor },
  { type: 'bigint', of: ({ feeMinor }) => feeMinor },
  { type: 'text', of: ({ rate }) => rate },
  { type: 'text', of: ({ settlementRate }) => settlementRate },
  { type: 'date', of: ({ occurredOn }) => occurredOn },
];

const BATCH = 5_000;

/**
 * Matches a participant's file with our lines of its day and finds the breaks, in the run's own
 * tables. Set by set, so that memory stays flat: what does not fit is the database's to spill.
 */
export async function matchPartner(
  tx: Tx,
  { db, ours }: { db: Database; ours: Ours },
  run: PartnerRun,
  progress: Progress,
): Promise<void> {
  const { loadId, clearingDate, participant, reconciliationId } = run;
  await tx.query(sql.PARTNER_TABLES);
  await ours.withItems(db, run, (items) => stage(tx, items, progress));
  await tx.query('ANALYZE ours');
  await progress('matching by id', 0);
  await tx.query(sql.MEET_NAMED, [loadId]);
  await tx.query('ANALYZE met');
  await tx.query(sql.MEET_DERIVED, [loadId]);
  await tx.query('ANALYZE met');
  await tx.query(sql.REST_OURS, []);
  await tx.query(sql.REST_LINES[participant.kind], [loadId, participant.id]);
  await tx.query('ANALYZE rest_ours; ANALYZE rest_lines');
  await progress('matching by rules', 0);
  await refer(tx, participant);
  await tx.query(sql.MEET_REFERRED, []);
  await tx.query(sql.MEET_ALIKE, [DAYS_APART.partner]);
  await progress('comparing', 0);
  await tx.query(sql.EXTRA_LINES, []);
  await tx.query(sql.FIND_DUPLICATES, [loadId]);
  await tx.query(sql.FIND_DIFFERENCES, [loadId, clearingDate]);
  await tx.query(sql.FIND_UNMET_LINES, [clearingDate]);
  await tx.query(sql.FIND_UNMET_OURS, [reconciliationId]);
}

async function stage(tx: Tx, items: AsyncIterable<OurItem>, progress: Progress): Promise<void> {
  let batch: OurItem[] = [];
  let count = 0;
  const flush = async () => {
    await tx.query(sql.ADD_OURS, [rowArray('our_item_v1', batch, OUR_ITEM)]);
    count += batch.length;
    batch = [];
    await progress('reading our lines', count);
  };
  for await (const item of items) {
    batch.push(item);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
}

/** What leftover lines refer to in their text, page by page. */
async function refer(tx: Tx, { kind, id }: ParticipantRef): Promise<void> {
  const acquirerId = kind === 'acquirer' ? id : undefined;
  for (let after = 0; ; ) {
    const rows = await tx.query<{ lineNo: number; reference: string }>(sql.LINES_WITH_TEXT, [
      after,
      BATCH,
    ]);
    const pairs = rows.flatMap(({ lineNo, reference }) =>
      idsReferred(reference, acquirerId).map((subjectId) => ({ lineNo, subjectId })),
    );
    await tx.query(
      sql.ADD_REFERRED,
      columns(
        pairs,
        ({ lineNo }) => lineNo,
        ({ subjectId }) => subjectId,
      ),
    );
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.lineNo;
  }
}
