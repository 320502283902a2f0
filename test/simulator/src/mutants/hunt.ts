import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunOptions, runAll, type Tally } from '../run.ts';
import { bundleMutant } from './bundle.ts';
import { MUTANTS } from './list.ts';
import type { Mutant } from './mutant.ts';

/** What a hunt lives through, and where the project lies. */
export interface HuntOptions extends Pick<RunOptions, 'payments' | 'seed' | 'size' | 'from'> {
  root: string;
}

/** Lives histories with a bug in them, until one breaks a rule or there were enough. */
export async function hunt(
  mutant: Pick<Mutant, 'edits'>,
  { root, ...options }: HuntOptions,
): Promise<Tally> {
  const folder = await mkdtemp(join(root, 'dist', 'mutant-'));
  try {
    const outfile = join(folder, 'simulate.mjs');
    await bundleMutant(mutant, root, outfile);
    const program = pathToFileURL(outfile);
    return await runAll({ ...options, workers: 1, enough: 1 }, program, () => {});
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Hunts every mutant, and tells on stdout what it took. Answers how many got away. */
export async function huntAll(options: HuntOptions): Promise<number> {
  let escaped = 0;
  for (const mutant of MUTANTS) {
    const { broken, payments } = await hunt(mutant, options);
    const [first] = broken;
    if (!first) escaped += 1;
    const within = first ? (first.history + 1) * options.size : payments;
    const rule = first?.violations[0]?.rule ?? 'NOT FOUND';
    process.stdout.write(`${mutant.name.padEnd(28)} ${String(within).padStart(6)}  ${rule}\n`);
  }
  return escaped;
}
