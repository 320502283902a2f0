import { dirname } from 'node:path';
import { runVerifier } from '@causeway/callers';
import { ISSUERS } from '../world/issuers.ts';

/** What the verifier found. */
export interface Verdict {
  ok: boolean;
  /** The figures that it recomputed. */
  found: Record<string, unknown>;
  /** The rules that are broken, in words. */
  failures: string[];
}

/** One rule that the verifier checked, as it prints it. */
interface Rule {
  name: string;
  ok: boolean;
  problems: string[];
}

const SETTLE_SECONDS = 20;

/** Has everything recomputed by the verifier, which lies beside this program. */
export async function verifyBooks(state: string): Promise<Verdict> {
  const { exitCode, stdout, stderr } = await runVerifier({
    programs: dirname(process.argv[1] ?? '.'),
    state,
    issuers: ISSUERS,
    settleSeconds: SETTLE_SECONDS,
    json: true,
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) {
    const why = `the verifier ended with ${exitCode}: ${stderr.trim()}`;
    return { ok: false, found: {}, failures: [why] };
  }
  const { ok, checks, ...found } = JSON.parse(line);
  const broken = (checks as Rule[]).filter((rule) => !rule.ok);
  return {
    ok: ok === true && exitCode === 0,
    found,
    failures: broken.map(({ name, problems }) => `${name}: ${problems.join('; ')}`),
  };
}
