import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WORST } from '../kernel/weather.ts';
import { type RunOptions, runAll, type Tally } from '../run.ts';
import { bundleMutant } from './bundle.ts';
import { MUTANTS } from './list.ts';
import type { Mutant } from './mutant.ts';

/** What a hunt lives through, and where the project lies. */
export interface HuntOptions extends Pick<RunOptions, 'payments' | 'seed' | 'size' | 'from'> {
  root: string;
}

/** Lives histories with a bug in them, all in the worst weather, until one breaks a rule or there were enough. */
export async function hunt(
  mutant: Pick<Mutant, 'edits'>,
  { root, ...options }: HuntOptions,
): Promise<Tally> {
  const folder = await mkdtemp(join(root, 'dist', 'mutant-'));
  try {
    const outfile = join(folder, 'simulate.mjs');
    await bundleMutant(mutant, root, outfile);
    const program = pathToFileURL(outfile);
    return await runAll({ ...options, strength: WORST, workers: 1, enough: 1 }, program, () => {});
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Hunts mutants, all or those named, and tells what it took. Answers how many got away. */
export async function huntAll(names: readonly string[], options: HuntOptions): Promise<number> {
  let escaped = 0;
  const hunted = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
  for (const mutant of hunted) {
    const { broken, payments } = await hunt(mutant, options);
    const [first] = broken;
    if (!first) escaped += 1;
    const within = first ? (first.history + 1) * options.size : payments;
    const rule = first?.violations[0]?.rule ?? 'NOT FOUND';
    process.stdout.write(`${mutant.name.padEnd(28)} ${String(within).padStart(6)}  ${rule}\n`);
  }
  return escaped;
}
