import type { Database } from '@causeway/db';
import type {
  UploadFileRequest,
  UploadFileResponse,
  UploadHeader,
  UploadProgress,
} from '@causeway/proto/settlement';
import { type Call, type Identity, RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { isSameParticipant, participantOf } from '../participants.ts';
import { ownOf } from '../viewer.ts';
import type { Announced } from './load/load.ts';
import { type ReceiveDeps, type Received, receive } from './load/receive.ts';
import type { Ours } from './ours.ts';
import { isDay } from './readers/cells.ts';
import { bankSidesOf, formatOf, toReconciliation } from './view/messages.ts';
import { type ReconciliationView, reconciliationById } from './view/store.ts';
import type { Matcher } from './worker.ts';

/** What uploads need. */
export interface UploadDeps extends ReceiveDeps {
  ours: Ours;
  matcher: Matcher;
}

const MAX_PIECE_BYTES = 512 << 10;
const TELL_EVERY_MS = 500;
/** A run that takes longer goes on without whoever uploaded. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Takes a file in and tells how far it is until it is matched. Throws FIELD_INVALID, FILE_REFUSED.
 * Once it was taken it is matched, whether anybody still listens or not.
 */
export async function* uploadFile(
  deps: UploadDeps,
  { identity, signal }: Call,
  requests: AsyncIterable<UploadFileRequest>,
): AsyncGenerator<UploadFileResponse> {
  const iterator = requests[Symbol.asyncIterator]();
  const first = await iterator.next();
  const part = first.done ? undefined : first.value.part;
  if (part?.$case !== 'header') throw refusedField('header', 'must come first');
  const announced = announcedBy(identity, part.value);
  const arrived = { bytes: 0, lines: 0 };
  const receiving = settled(
    receive(
      deps,
      { announced, fileName: part.value.fileName, uploadedBy: `${identity.kind}/${identity.id}` },
      pieces(iterator),
      (bytes, lines) => Object.assign(arrived, { bytes, lines }),
    ),
  );
  while (!(await within(deps, receiving, TELL_EVERY_MS))) {
    yield progress({ byteCount: BigInt(arrived.bytes), lineCount: BigInt(arrived.lines) });
  }
  const outcome = await receiving;
  if ('error' in outcome) throw outcome.error;
  deps.matcher.notify();
  yield* untilMatched(deps, outcome.value, arrived, signal);
}

async function* untilMatched(
  deps: UploadDeps,
  { reconciliationId, known }: Received,
  arrived: { bytes: number; lines: number },
  signal: AbortSignal,
): AsyncGenerator<UploadFileResponse> {
  const { db, runtime } = deps;
  const untilMs = runtime.clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    const view = await viewOf(db, reconciliationId);
    if (!view.running || runtime.clock.monotonicMs() > untilMs) {
      const reconciliation = toReconciliation(view, await bankSidesOf(db, deps.ours, view));
      yield { state: { $case: 'result', value: { reconciliation, known } } };
      return;
    }
    yield progress({
      ...{ byteCount: BigInt(arrived.bytes), lineCount: BigInt(arrived.lines) },
      ...{ step: view.step, doneCount: view.doneCount },
    });
    await runtime.timers.sleep(TELL_EVERY_MS, signal);
  }
}

async function viewOf(db: Database, reconciliationId: string): Promise<ReconciliationView> {
  const view = await reconciliationById(db, undefined, reconciliationId);
  if (view === undefined) throw new Error('a reconciliation is gone');
  return view;
}

function progress(given: Partial<UploadProgress>): UploadFileResponse {
  const value = { byteCount: 0n, lineCount: 0n, step: '', doneCount: 0n, ...given };
  return { state: { $case: 'progress', value } };
}

/** Who may announce what. A participant's own file is about its own days, whoever it says. */
function announcedBy(identity: Identity, header: UploadHeader): Announced {
  const fields = new RequestFields();
  fields.text('file_name', header.fileName, { min: 0, max: 128 });
  const format = formatOf(header.format);
  if (format === undefined) fields.wrong('format', 'must be given');
  const { about } = header;
  if (about?.$case === 'bankStatement') {
    if (identity.kind !== 'operator') fields.wrong('bank_statement', "is an operator's to upload");
    fields.refuse();
    return { kind: 'bank', format: format ?? 'csv' };
  }
  const asked = participantOf(about?.value.participant);
  const own = ownOf(identity);
  const participant = own ?? asked;
  if (own !== undefined && asked !== undefined && !isSameParticipant(asked, own)) {
    fields.wrong('partner_day.participant', 'must be yourself, or left out');
  }
  if (participant === undefined) fields.wrong('partner_day.participant', 'must be given');
  if (format === 'camt053') fields.wrong('format', 'must be CSV');
  const clearingDate = about?.value.clearingDate ?? '';
  if (!isDay(clearingDate)) fields.wrong('partner_day.clearing_date', 'must be a day');
  fields.refuse();
  if (participant === undefined) throw new Error('a participant was not asked for');
  return { kind: 'partner', participant, clearingDate };
}

async function* pieces(requests: AsyncIterator<UploadFileRequest>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const next = await requests.next();
    if (next.done) return;
    const { part } = next.value;
    if (part?.$case !== 'piece') throw refusedField('piece', 'must follow the header');
    if (part.value.length > MAX_PIECE_BYTES) {
      throw refusedField('piece', `must be at most ${MAX_PIECE_BYTES} bytes`);
    }
    yield part.value;
  }
}

function refusedField(field: string, description: string): Refusal {
  return new Refusal('FIELD_INVALID', `not valid: ${field}`, { fields: [{ field, description }] });
}

type Outcome<T> = { value: T } | { error: unknown };

/** Never rejects, so that it may be waited for again and again. */
function settled<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** Whether the promise settled within so many milliseconds. */
async function within(
  { runtime }: UploadDeps,
  promise: Promise<unknown>,
  ms: number,
): Promise<boolean> {
  const enough = new AbortController();
  const late = runtime.timers.sleep(ms, enough.signal).then(
    () => false,
    () => false,
  );
  const done = await Promise.race([promise.then(() => true), late]);
  enough.abort();
  return done;
}
