import type { Queryable } from '@causeway/db';
import { type ClearingFile, ClearingFileKind } from '@causeway/proto/settlement';
import { type ParticipantRef, toParticipant } from '../participants.ts';
import { type FoundFile, filesOf, lastFiledDate } from './store.ts';
import { FILE_KINDS, type FileKind } from './window-file.ts';

const KINDS: Record<FileKind, ClearingFileKind> = {
  'items.csv': ClearingFileKind.ITEMS_CSV,
  'fees.csv': ClearingFileKind.FEES_CSV,
  'summary.csv': ClearingFileKind.SUMMARY_CSV,
  'settlement.csv': ClearingFileKind.SETTLEMENT_CSV,
  'pacs.009': ClearingFileKind.PACS_009,
  'pain.001': ClearingFileKind.PAIN_001,
  'camt.053': ClearingFileKind.CAMT_053,
  'camt.054': ClearingFileKind.CAMT_054,
  'pacs.004': ClearingFileKind.PACS_004,
};

/** The files of one day, of the last that has any where `clearingDate` is empty; none is an answer. */
export async function listClearingFiles(
  db: Queryable,
  participant: ParticipantRef,
  clearingDate: string,
): Promise<ClearingFile[]> {
  const date = clearingDate || (await lastFiledDate(db, participant));
  if (date === undefined) return [];
  const files = await filesOf(db, { participant, clearingDate: date });
  return files.toSorted(byCurrencyAndKind).map(toClearingFile);
}

/** A file as callers are told of it. */
export function toClearingFile(file: FoundFile): ClearingFile {
  return {
    name: file.name,
    participant: toParticipant(file.participant),
    clearingDate: file.clearingDate,
    currencyCode: file.currencyCode,
    kind: KINDS[file.kind],
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
  };
}

function byCurrencyAndKind(a: FoundFile, b: FoundFile): number {
  if (a.currencyCode !== b.currencyCode) return a.currencyCode < b.currencyCode ? -1 : 1;
  return FILE_KINDS.indexOf(a.kind) - FILE_KINDS.indexOf(b.kind);
}
