import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { databasesIn } from './stack.ts';

/** How the verifier ended and what it printed. */
export interface Verification {
  /** 0 all rules hold, 1 one is broken, 2 usage, 3 a database cannot be reached. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** What the verifier is to be asked. */
export interface VerifyOptions {
  /** The folder that the programs are built into. */
  programs: string;
  /** The stack's state folder, which knows the databases. */
  state: string;
  /** Whose books which wallet service keeps; those without a database here are left out. */
  issuers: readonly { id: string; service: string }[];
  /** How long to wait for payments on their way, in whole seconds. */
  settleSeconds: number;
  /** How lately a payment may have changed for its books to differ; 10 s unless given. */
  graceSeconds?: number;
  json: boolean;
}

/**
 * Runs the verifier on the databases of a stack: a program of its own, so that no defect of a
 * service can hide in what the two share. Throws a StackNotRunningError.
 */
export function runVerifier(options: VerifyOptions): Promise<Verification> {
  const databases = databasesIn(options.state);
  const { routing, settlement, fx } = databases;
  const args = [
    join(options.programs, 'verifier.js'),
    ...options.issuers.flatMap(({ id, service }) => {
      const wallet = databases[service];
      return wallet === undefined ? [] : ['--wallet', `${id}=${wallet}`];
    }),
    ...(routing === undefined ? [] : ['--routing', routing]),
    ...(settlement === undefined ? [] : ['--settlement', settlement]),
    ...(fx === undefined ? [] : ['--fx', fx]),
    ...['--settle', String(options.settleSeconds)],
    ...(options.graceSeconds === undefined ? [] : ['--grace', String(options.graceSeconds)]),
    ...(options.json ? ['--json'] : []),
  ];
  return run(args);
}

function run(args: readonly string[]): Promise<Verification> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, stdout, stderr }));
  });
}
