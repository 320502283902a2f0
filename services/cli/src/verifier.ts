import { dirname } from 'node:path';
import { runVerifier } from '@causeway/callers';
import { type Answer, type Cli, ISSUERS } from './cli.ts';
import type { Json } from './output/json.ts';

const SETTLE_SECONDS = 10;

/** Has the books recomputed by the verifier, which lies beside this program. */
export async function verify(cli: Cli): Promise<Answer> {
  const { exitCode, stdout, stderr } = await runVerifier({
    programs: dirname(process.argv[1] ?? '.'),
    state: cli.state,
    issuers: ISSUERS,
    settleSeconds: SETTLE_SECONDS,
    json: cli.json,
  });
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (stdout.trim() === '' || (cli.json && !line.startsWith('{'))) {
    throw new VerifierFailedError(exitCode, stderr.trim());
  }
  const data: Json = cli.json ? JSON.parse(line) : null;
  return { text: stdout.trimEnd(), data, failed: exitCode !== 0 };
}

/** The verifier answered nothing; 3 where it could not reach a database. */
export class VerifierFailedError extends Error {
  override readonly name = 'VerifierFailedError';

  constructor(
    readonly exitCode: number,
    why: string,
  ) {
    super(`the verifier could not do its work: ${why}`);
  }
}
