import { createHash } from 'node:crypto';
import type { Database } from '@causeway/db';
import { failpoint, Refusal, type Runtime } from '@causeway/runtime';
import type { ParticipantRef } from '../../participants.ts';
import { BankCsv } from '../readers/bank-csv.ts';
import type { BankEntry, StatementFrame } from '../readers/bank-entry.ts';
import { Camt053 } from '../readers/camt053.ts';
import { FileRefused } from '../readers/file-refused.ts';
import { PartnerCsv } from '../readers/partner-csv.ts';
import type { Reader } from '../readers/reader.ts';
import type { Format, Source } from '../source.ts';
import { addBankEntries, addPartnerLines, dropLoad, touchLoad } from './store.ts';

/** What whoever uploads says of a file before it comes. */
export type Announced =
  | { kind: 'partner'; participant: ParticipantRef; clearingDate: string }
  | { kind: 'bank'; format: Format };

/** A file whose lines are kept and belong to nothing yet. */
export interface LoadedFile {
  loadId: string;
  source: Source;
  format: Format;
  digest: Buffer;
  sizeBytes: number;
  lineCount: number;
}

/** Told how much has come, after every piece. */
export type LoadProgress = (bytes: number, lines: number) => void;

/** Larger files are none of any participant's. */
const MAX_FILE_BYTES = 4 * 1024 ** 3;
const BATCH = 2_000;
/** A load says that it goes on at least this often, in batches. */
const TOUCH_EVERY = 20;

/**
 * Reads a file as it comes and keeps its lines, in flat memory. Throws FileRefused where it is not
 * taken; then, and whenever else it throws, nothing of the file is kept.
 */
export async function load(
  deps: { db: Database; runtime: Runtime },
  announced: Announced,
  pieces: AsyncIterable<Uint8Array>,
  progress: LoadProgress,
): Promise<LoadedFile> {
  const loadId = deps.runtime.random.uuid();
  await touchLoad(deps.db, loadId, deps.runtime.clock.now());
  try {
    return await loadAs(deps, loadId, announced, pieces, progress);
  } catch (error) {
    await dropLoad(deps.db, loadId);
    throw error;
  }
}

async function loadAs(
  deps: { db: Database; runtime: Runtime },
  loadId: string,
  announced: Announced,
  pieces: AsyncIterable<Uint8Array>,
  progress: LoadProgress,
): Promise<LoadedFile> {
  const { db } = deps;
  if (announced.kind === 'partner') {
    const { participant } = announced;
    const acquirerId = participant.kind === 'acquirer' ? participant.id : undefined;
    const read = await readAll(deps, loadId, new PartnerCsv(), pieces, progress, (lines) =>
      addPartnerLines(db, loadId, lines, acquirerId),
    );
    return { loadId, source: announced, format: 'csv', ...read };
  }
  const { format } = announced;
  const reader = format === 'csv' ? new BankCsv() : new Camt053();
  const read = await readAll<BankEntry>(deps, loadId, reader, pieces, progress, (entries) =>
    addBankEntries(db, loadId, entries),
  );
  return { loadId, source: sourceOf(reader.frame), format, ...read };
}

function sourceOf(frame: StatementFrame | undefined): Source {
  if (frame === undefined) throw new Error('a statement ended without having said what it is');
  const { account, currencyCode, fromDate, toDate } = frame;
  return { kind: 'bank', account, currencyCode, fromDate, toDate };
}

async function readAll<Line>(
  { db, runtime }: { db: Database; runtime: Runtime },
  loadId: string,
  reader: Reader<Line>,
  pieces: AsyncIterable<Uint8Array>,
  progress: LoadProgress,
  keep: (lines: readonly Line[]) => Promise<void>,
): Promise<Pick<LoadedFile, 'digest' | 'sizeBytes' | 'lineCount'>> {
  const hash = createHash('sha256');
  const read = { sizeBytes: 0, lineCount: 0 };
  let waiting: Line[] = [];
  let batches = 0;
  const flush = async () => {
    const lines = waiting;
    waiting = [];
    if (batches % TOUCH_EVERY === 0) await touchLoad(db, loadId, runtime.clock.now());
    batches += 1;
    await keep(lines);
    await failpoint('settlement.reconciliation.batch_kept');
    read.lineCount += lines.length;
  };
  for await (const piece of pieces) {
    hash.update(piece);
    read.sizeBytes += piece.length;
    if (read.sizeBytes > MAX_FILE_BYTES) {
      throw new FileRefused(
        { line: 1, column: 1 },
        `the file has more than ${MAX_FILE_BYTES} bytes`,
      );
    }
    waiting.push(...reader.push(piece));
    if (waiting.length >= BATCH) await flush();
    progress(read.sizeBytes, read.lineCount + waiting.length);
  }
  waiting.push(...reader.end());
  await flush();
  return { ...read, digest: hash.digest() };
}

/** The refusal of a file as a caller is told it. */
export function refusalOf({ line, column, problem }: FileRefused): Refusal {
  return new Refusal('FILE_REFUSED', `line ${line}, column ${column}: ${problem}`, {
    metadata: { line: String(line), column: String(column), problem },
  });
}
