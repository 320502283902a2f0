import { resolve } from 'node:path';
import { runVerifier } from '@causeway/callers';
import { ISSUERS } from '@causeway/sandbox';
import type { Bench, Problem } from './part.ts';

/** How long payments that are on their way may take to arrive in all books. */
const SETTLE_SECONDS = 60;

/** What the verifier prints with `--json`, as far as it matters here. */
interface Verdict {
  in_flight: number;
  checks: { name: string; ok: boolean; problems: string[] }[];
}

/** Has the verifier recompute every book of the stack, and answers what is wrong with them. */
export async function verifyBooks({ stack }: Bench): Promise<Problem[]> {
  const { exitCode, stdout, stderr } = await runVerifier({
    programs: resolve('dist'),
    state: stack.state,
    issuers: ISSUERS,
    settleSeconds: SETTLE_SECONDS,
    json: true,
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) {
    return [{ what: `the verifier ended with ${exitCode}: ${stderr.trim()}` }];
  }
  const { checks, in_flight: inFlight }: Verdict = JSON.parse(line);
  const problems = checks
    .filter(({ ok }) => !ok)
    .map(({ name, problems }) => ({ what: `books, ${name}: ${problems.join('; ')}` }));
  if (inFlight > 0) problems.push({ what: `books: ${inFlight} payments never came to rest` });
  if (exitCode !== 0 && problems.length === 0) {
    problems.push({ what: `the verifier ended with ${exitCode}` });
  }
  return problems;
}
