import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { type Databases, databasesIn } from '@causeway/callers';

/** What the verifier answers; it has more to say, which is passed on as it is. */
export interface Verdict {
  ok: boolean;
  /** The object that the verifier printed as its last line, empty where it printed none. */
  checks: Record<string, unknown>;
  /** What it found, in words. */
  failures: string[];
}

const PATIENCE_MS = 120_000;

/**
 * Runs the verifier, a program of its own that is given the databases' addresses and nothing
 * else, and answers what it said. It lies beside this program.
 */
export async function runVerifier(stateFolder: string): Promise<Verdict> {
  const program = join(dirname(process.argv[1] ?? ''), 'verifier.js');
  const { code, stdout, stderr } = await run([program, '--json'], databasesIn(stateFolder));
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) {
    return {
      ok: false,
      checks: {},
      failures: [`the verifier ended with ${code}: ${stderr.trim()}`],
    };
  }
  const { ok, failures = [], ...checks } = JSON.parse(line);
  return { ok: ok === true && code === 0, checks, failures };
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(args: readonly string[], databases: Databases): Promise<Ended> {
  const env = { ...process.env, ...databaseVariables(databases) };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, timeout: PATIENCE_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** `WALLET_DATABASE_URL` and the like: an address may hold a password, so it is no argument. */
function databaseVariables(databases: Databases): Record<string, string> {
  return Object.fromEntries(
    Object.entries(databases).map(([owner, url]) => [
      `${owner.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`,
      url,
    ]),
  );
}
