import type { Database } from '@causeway/db';
import { type BankSide, FileFormat, type Reconciliation } from '@causeway/proto/settlement';
import { toParticipant } from '../../participants.ts';
import type { Ours } from '../ours.ts';
import type { Format, Source } from '../source.ts';
import { matchedReferences, type ReconciliationView } from './store.ts';

const FORMATS: Record<Format, FileFormat> = {
  csv: FileFormat.CSV,
  camt053: FileFormat.CAMT_053,
};

/** A reconciliation as the API tells it, with its bank sides where these are given. */
export function toReconciliation(
  view: ReconciliationView,
  bankSides: BankSide[] = [],
): Reconciliation {
  const { source, file, ...rest } = view;
  return {
    ...rest,
    about: aboutOf(source),
    file: { ...file, format: FORMATS[file.format] },
    bankSides,
  };
}

function aboutOf(source: Source): Reconciliation['about'] {
  if (source.kind === 'bank') return { $case: 'accountDays', value: source };
  const { participant, clearingDate } = source;
  return {
    $case: 'partnerDay',
    value: { participant: toParticipant(participant), clearingDate },
  };
}

/** The third way: what a participant's day moves, and whether a bank's statement has it. */
export async function bankSidesOf(
  db: Database,
  ours: Ours,
  { source }: ReconciliationView,
): Promise<BankSide[]> {
  if (source.kind !== 'partner') return [];
  const movements = await ours.movementsOf(db, source);
  const references = movements.map(({ reference }) => reference);
  const matched = await matchedReferences(db, references);
  return movements.map(({ reference, currencyCode, signedMinor, valueDate }) => ({
    ...{ reference, valueDate, matched: matched.has(reference) },
    amount: { currencyCode, amountMinor: signedMinor },
  }));
}

/** How a file is written; undefined where the message does not say. */
export function formatOf(message: FileFormat): Format | undefined {
  if (message === FileFormat.CSV) return 'csv';
  return message === FileFormat.CAMT_053 ? 'camt053' : undefined;
}
