import type { Database } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';
import type { Commands } from '../../commands/commands.ts';
import { files } from '../../metrics.ts';
import { FileRefused } from '../readers/file-refused.ts';
import { fileIdOf, reconciliationIdOf, toldOf } from '../source.ts';
import { bodyOf, uploadFile } from './accept.ts';
import { fileById, supersededLoads } from './file-store.ts';
import { type Announced, type LoadedFile, type LoadProgress, load, refusalOf } from './load.ts';
import { dropLoad, recordRefusal, staleLoads } from './store.ts';

/** What taking files in needs. */
export interface ReceiveDeps {
  db: Database;
  runtime: Runtime;
  commands: Commands;
}

/** Who sends a file, and what they say of it. */
export interface Sent {
  announced: Announced;
  fileName: string;
  uploadedBy: string;
}

/** What became of a file that was taken. */
export interface Received {
  reconciliationId: string;
  fileId: string;
  /** Whether it was taken before, so that nothing has changed. */
  known: boolean;
}

/** After this a load that says nothing has been given up, by whatever befell its process. */
const LOAD_PATIENCE_MS = 10 * 60_000;

/**
 * Takes a file in. The same bytes about the same change nothing, whenever they come again. Throws
 * FILE_REFUSED, with line and column, where the file is wrong; of it only that is kept.
 */
export async function receive(
  deps: ReceiveDeps,
  sent: Sent,
  pieces: AsyncIterable<Uint8Array>,
  progress: LoadProgress,
): Promise<Received> {
  await sweep(deps);
  try {
    const loaded = await load(deps, sent.announced, pieces, progress);
    const received = await accept(deps, sent, loaded);
    files.add(1, { outcome: received.known ? 'known' : 'taken' });
    return received;
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    files.add(1, { outcome: 'refused' });
    await refuse(deps, sent, error);
    throw refusalOf(error);
  }
}

async function accept(
  { db, commands }: ReceiveDeps,
  { fileName, uploadedBy }: Sent,
  loaded: LoadedFile,
): Promise<Received> {
  const reconciliationId = reconciliationIdOf(loaded.source);
  const fileId = fileIdOf(reconciliationId, loaded.digest);
  const { loadId } = loaded;
  const known = (await fileById(db, fileId)) !== undefined;
  // The command's id is the file's: two that send the same at once make one of it.
  const outcome = known
    ? 'replay'
    : await commands.execute(uploadFile({ loadId, fileName }), {
        ...{ commandId: fileId, operatorId: uploadedBy, body: bodyOf(loaded) },
      });
  if (outcome === 'replay') await dropLoad(db, loadId);
  for (const old of await supersededLoads(db, reconciliationId)) await dropLoad(db, old);
  return { reconciliationId, fileId, known: outcome === 'replay' };
}

async function refuse(
  { db, runtime }: ReceiveDeps,
  { announced, fileName, uploadedBy }: Sent,
  refused: FileRefused,
): Promise<void> {
  await recordRefusal(db, {
    ...{ refusalId: runtime.random.uuid(), refusedAt: runtime.clock.now(), uploadedBy, fileName },
    about: announced.kind === 'partner' ? toldOf(announced) : `bank statement, ${announced.format}`,
    refused,
  });
}

/** Takes away what was left by loads whose process died. */
async function sweep({ db, runtime }: ReceiveDeps): Promise<void> {
  const before = new Date(runtime.clock.nowMs() - LOAD_PATIENCE_MS);
  for (const loadId of await staleLoads(db, before)) await dropLoad(db, loadId);
}
