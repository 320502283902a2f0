import { createHash } from 'node:crypto';
import { type ClearingFile, ClearingFileKind, type Window } from '@causeway/proto/settlement';
import {
  acquirerOf,
  holds,
  insist,
  type Shop,
  same,
  until,
  type World,
} from '../../../support/index.ts';

/**
 * A window that a crash left half drawn up is taken up again when its lease is over, by a service that
 * crashes again meanwhile.
 */
const FINAL_MS = 150_000;

/** Closes a day of a shop's acquirer early while services die, and waits until it is final. */
export async function closeDay(
  { ops }: World,
  shop: Shop,
  clearingDate: string,
): Promise<Window | undefined> {
  const day = { participant: acquirerOf(shop), clearingDate };
  await insist(() => ops.windows.closeWindow(day));
  const read = async () => (await insist(() => ops.windows.getWindow(day))).window;
  const window = await until(read, (found) => found?.finalTime !== undefined, {
    patienceMs: FINAL_MS,
  });
  holds(window?.finalTime !== undefined, `the day ${clearingDate} never became final`);
  return window;
}

/** Throws unless there is one set of files of a final day, all of them as they were signed, and one certificate. */
export async function filesAreWhole(shop: Shop, clearingDate: string): Promise<void> {
  const { clearingFiles } = shop.partner;
  const day = { participant: acquirerOf(shop), clearingDate };
  const { files } = await clearingFiles.listClearingFiles(day);
  const hasItems = files.some(({ kind }) => kind === ClearingFileKind.ITEMS_CSV);
  holds(hasItems, `the day ${clearingDate} has no items file`);
  same(new Set(files.map(nameOf)).size, files.length, 'how many files a day has');
  const { document } = await clearingFiles.getCertificate(day);
  for (const file of files) {
    same(await digestOf(shop, file), file.sha256, `the digest of ${file.name}`);
    holds(document.includes(file.sha256), `the certificate does not name ${file.name}`);
  }
}

const nameOf = ({ name }: ClearingFile) => name;

async function digestOf({ partner }: Shop, { name }: ClearingFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const { part } of partner.clearingFiles.downloadClearingFile({ name, offset: 0n })) {
    if (part?.$case === 'content') hash.update(part.value);
  }
  return hash.digest('hex');
}
