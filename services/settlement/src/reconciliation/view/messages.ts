import type { Database } from '@causeway/db';
import { isCurrency } from '@causeway/money';
import {
  type BankSide,
  FileFormat,
  type ListMovementsRequest,
  type Reconciliation,
} from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { toParticipant } from '../../participants.ts';
import type { OurMovement, Ours } from '../ours.ts';
import { isDay } from '../readers/cells.ts';
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
  return withBank(db, await ours.movementsOf(db, source));
}

const MOST_DAYS = 92;
const DAY_MS = 86_400_000;

/** What is due on the account of a currency. Throws FIELD_INVALID. */
export async function listMovements(
  db: Database,
  ours: Ours,
  due: ListMovementsRequest,
): Promise<BankSide[]> {
  const { currencyCode, fromDate, toDate } = due;
  const fields = new RequestFields();
  if (!isCurrency(currencyCode)) fields.wrong('currency_code', 'must be a known currency');
  if (!isDay(fromDate)) fields.wrong('from_date', 'must be a day');
  const days = isDay(toDate) ? (Date.parse(toDate) - Date.parse(fromDate)) / DAY_MS : -1;
  if (!(days >= 0 && days <= MOST_DAYS)) {
    fields.wrong('to_date', `must be a day, at most ${MOST_DAYS} behind the first`);
  }
  fields.refuse();
  const found: OurMovement[] = [];
  for await (const movement of ours.movements(db, due)) found.push(movement);
  const place = ({ valueDate, reference }: OurMovement) => `${valueDate} ${reference}`;
  return withBank(
    db,
    found.sort((a, b) => (place(a) < place(b) ? -1 : 1)),
  );
}

async function withBank(db: Database, movements: readonly OurMovement[]): Promise<BankSide[]> {
  const references = movements.map(({ reference }) => reference);
  const matched = await matchedReferences(db, references);
  return movements.map(({ reference, currencyCode, signedMinor, valueDate, told }) => ({
    ...{ reference, valueDate, told, matched: matched.has(reference) },
    amount: { currencyCode, amountMinor: signedMinor },
  }));
}

/** How a file is written; undefined where the message does not say. */
export function formatOf(message: FileFormat): Format | undefined {
  if (message === FileFormat.CSV) return 'csv';
  return message === FileFormat.CAMT_053 ? 'camt053' : undefined;
}
