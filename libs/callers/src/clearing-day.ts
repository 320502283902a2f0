import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClearingFile, ClearingFileServiceService } from '@causeway/proto/settlement';
import type { Client } from '@causeway/rpc';
import { download, type Saved } from './download.ts';

/** The files of one clearing day, in a folder. */
export interface SavedDay {
  /** In the order of the files. */
  saved: readonly Saved[];
  certificatePath: string;
  /** PEM files, the key that signs now first. */
  keyPaths: readonly string[];
}

/**
 * Brings the listed files of one participant's day into a folder that is there, with the day's
 * certificate and the keys that sign. Throws what `download` throws.
 */
export async function downloadDay(
  files: Client<typeof ClearingFileServiceService>,
  [first, ...others]: readonly [ClearingFile, ...ClearingFile[]],
  folder: string,
): Promise<SavedDay> {
  const saved: Saved[] = [];
  for (const file of [first, ...others]) saved.push(await download(files, file, folder));
  const { participant, clearingDate, name, currencyCode } = first;
  const { document } = await files.getCertificate({ participant, clearingDate });
  const stem = name.slice(0, name.indexOf(`_${currencyCode}_`));
  const certificatePath = join(folder, `${stem}_certificate.json`);
  await writeFile(certificatePath, document);
  const keyPaths: string[] = [];
  for (const { keyId, pem } of (await files.listSigningKeys({})).keys) {
    const path = join(folder, `settlement-key-${keyId}.pem`);
    await writeFile(path, pem);
    keyPaths.push(path);
  }
  return { saved, certificatePath, keyPaths };
}
