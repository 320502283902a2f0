import { certificateDocument } from '@causeway/clearing';
import type { Database } from '@causeway/db';
import { failpoint, type Runtime } from '@causeway/runtime';
import type { SigningKeys } from '../certificate/signing-keys.ts';
import { filedItems } from '../metrics.ts';
import type { Item } from '../windows/item.ts';
import { contentIdOf } from './content-id.ts';
import { beginBatch, completeBatch, dropAbandoned, type KeptFile, putChunk } from './store.ts';
import { type WindowToFile, writeFiles } from './write-files.ts';

/** What files are made with. */
export interface FileDeps {
  db: Database;
  runtime: Pick<Runtime, 'random'>;
  signingKeys: SigningKeys;
}

/** A complete set of files, which nobody sees before `publishFiles`. */
export interface FileSummary {
  contentId: string;
  files: KeptFile[];
  /** The signed document. */
  certificate: string;
}

/**
 * Makes and keeps all files of a window and their certificate, from one pass over its items. The
 * content is a function of what is given, so a set whose writer died is simply made again, and two
 * writers make the same; the commit that makes the window final publishes one.
 */
export async function writeClearingFiles(
  { db, runtime, signingKeys: [key] }: FileDeps,
  given: WindowToFile,
  items: AsyncIterable<Item>,
): Promise<FileSummary> {
  await dropAbandoned(db);
  const { window } = given;
  const batchId = runtime.random.uuid();
  const contentId = contentIdOf(window, given.sums);
  await beginBatch(db, { batchId, contentId, window });
  const { files, certificate } = await writeFiles(
    (file) => ({ put: (position, bytes) => putChunk(db, batchId, file, position, bytes) }),
    given,
    items,
  );
  await failpoint('settlement.files.before_complete');
  const document = certificateDocument(certificate, key);
  await db.transaction((tx) => completeBatch(tx, batchId, files, { document, keyId: key.id }));
  const { kind } = window.participant;
  for (const { itemCount } of certificate.currencies) {
    filedItems.add(Number(itemCount), { kind });
  }
  return { contentId, files, certificate: document };
}
