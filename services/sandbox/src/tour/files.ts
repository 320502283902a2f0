import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkItemsFile, downloadDay } from '@causeway/callers';
import { readCertificate } from '@causeway/clearing';
import { ClearingFileKind, type Window } from '@causeway/proto/settlement';
import { OPERATOR_ID } from '../seed/seed.ts';
import { type Check, same } from './checks.ts';
import { capturesIn, type FiledWindow, misplaced } from './placed.ts';
import type { Stage } from './stage.ts';

/**
 * Fetches the files of every window that was closed and recomputes each items file from its lines
 * alone, as a partner would. They stay where the caller wants them.
 */
export async function checkFiles(stage: Stage, windows: readonly Window[]): Promise<Check[]> {
  const { filesFolder, screen } = stage;
  const folder = filesFolder ?? (await mkdtemp(join(tmpdir(), 'causeway-files-')));
  const missing: string[] = [];
  const wrong: string[] = [];
  const filed: FiledWindow[] = [];
  let count = 0;
  try {
    for (const window of windows) {
      const fetched = await fetchDay(stage, window, folder);
      if (fetched === undefined) missing.push(nameOf(window));
      count += fetched?.count ?? 0;
      const { participant, clearingDate } = window;
      const captures = await capturesIn(fetched?.items ?? []);
      filed.push({ participantId: participant?.participantId ?? '', clearingDate, captures });
      wrong.push(...(fetched?.wrong ?? []).map((what) => `${nameOf(window)}: ${what}`));
    }
  } finally {
    if (filesFolder === undefined) await rm(folder, { recursive: true, force: true });
  }
  screen.step('operator', 'fetches and recomputes the clearing files', `${count} files`);
  return [
    same('every window has its files', '', missing.join(', ')),
    same('each items file is what was certified, recomputed line by line', '', wrong.join('; ')),
    same(
      'each captured payment stands in one file of each side, and nothing else does',
      '',
      (await misplaced(stage, filed)).join('; '),
    ),
  ];
}

async function fetchDay(
  { callers }: Stage,
  { participant, clearingDate }: Window,
  folder: string,
): Promise<{ count: number; items: string[]; wrong: string[] } | undefined> {
  const { clearingFiles } = callers.as(OPERATOR_ID);
  const { files } = await clearingFiles.listClearingFiles({ participant, clearingDate });
  const [first, ...others] = files;
  if (first === undefined) return undefined;
  const { saved, certificatePath } = await downloadDay(clearingFiles, [first, ...others], folder);
  const certificate = readCertificate(await readFile(certificatePath, 'utf8'));
  const wrong = certificate.isSigned ? [] : ['the certificate is not signed'];
  const items: string[] = [];
  for (const [at, { kind }] of files.entries()) {
    const path = saved[at]?.path;
    if (kind !== ClearingFileKind.ITEMS_CSV || path === undefined) continue;
    items.push(path);
    const checked = await checkItemsFile(path, certificate);
    const problems = checked.file.problems.map(({ line, message }) => `line ${line}: ${message}`);
    wrong.push(...checked.wrong, ...problems);
  }
  return { count: files.length, items, wrong };
}

function nameOf({ participant, clearingDate }: Window): string {
  return `${participant?.participantId} ${clearingDate}`;
}
