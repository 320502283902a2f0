import { spawn, spawnSync } from 'node:child_process';

/** Whether pgbench is on PATH. It comes with Postgres, but not with the embedded one. */
export function hasPgbench(): boolean {
  return spawnSync('pgbench', ['--version']).status === 0;
}

/** What pgbench says of its run. */
interface PgbenchRun {
  perSecond: number;
  /** The mean. It tells no percentiles without a log of every transaction. */
  meanMs: number;
}

const THREADS = 2;
/** Its time begins before its clients have signed in, which its rate leaves out. */
const SIGNING_IN_SECONDS = 1;

/** Runs pgbench's own tpcb-like script, prepared, for whole seconds. Throws where it fails. */
export async function runPgbench(
  url: string,
  inFlight: number,
  seconds: number,
): Promise<PgbenchRun> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const time = String(Math.ceil(seconds) + SIGNING_IN_SECONDS);
  const clients = ['-c', String(inFlight), '-j', String(THREADS), '-T', time];
  const server = ['-h', hostname, '-p', port, '-U', username, pathname.slice(1)];
  const child = spawn('pgbench', ['-n', '-M', 'prepared', ...clients, ...server], {
    env: { ...process.env, PGPASSWORD: decodeURIComponent(password) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  return parsePgbench(output);
}

/** Understands what pgbench prints at its end. */
export function parsePgbench(output: string): PgbenchRun {
  const perSecond = /tps = ([\d.]+)/.exec(output)?.[1];
  const meanMs = /latency average = ([\d.]+) ms/.exec(output)?.[1];
  if (perSecond === undefined || meanMs === undefined) throw new Error(`pgbench: ${output.trim()}`);
  return { perSecond: Number(perSecond), meanMs: Number(meanMs) };
}
