import type { ReadCode } from '../code/code.ts';
import { isSignedByUser, readCodeText } from '../code/verify.ts';
import type { Cryptography } from '../crypto/algorithm.ts';
import { OUTCOME_OF, type Outcome, type Reason } from '../tap/outcome.ts';
import type { TapFlag } from '../tap/tap.ts';
import type { IssuerKeys } from '../trust/keys.ts';
import { GrantCache } from './grant-cache.ts';
import { type Judged, judge, type Situation } from './judge.ts';

/** What a gate answers, before anything is kept. */
export interface GateVerdict {
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** For whoever looks after the gate: what exactly was malformed. Never a value from the code. */
  readonly detail: string;
  readonly flags: readonly TapFlag[];
  /** The code, where it could be read and is genuine. */
  readonly code: ReadCode | undefined;
  /** The gate's time in Unix milliseconds by the rule for wrong clocks; only with OK. */
  readonly nowMs: number | undefined;
}

/** How codes are verified, and how those are judged that are genuine. */
export interface Judging {
  readonly keys: IssuerKeys;
  readonly cryptography: Cryptography;
  readonly grants: GrantCache;
  /** Judges in one go what `judge` does; whoever remembers what was let in does so within it. */
  judge(code: ReadCode): Judged;
}

/** Judges codes by keys and a situation that do not change. */
export function judgingBy(
  cryptography: Cryptography,
  keys: IssuerKeys,
  situation: Situation,
): Judging {
  const grants = new GrantCache(cryptography);
  return { keys, cryptography, grants, judge: (code) => judge(code, situation) };
}

/** Reads, verifies and judges the text of a code. Never throws on account of the text. */
export async function verdictOn(text: string, judging: Judging): Promise<GateVerdict> {
  const read = readCodeText(text);
  if (!read.ok) return refused(read.reason, undefined, read.detail);
  const code = read.value;
  const forged = await judging.grants.whyForged(code.grant, judging.keys);
  if (forged !== undefined) return refused(forged);
  if (!(await isSignedByUser(code, judging.cryptography))) return refused('CODE_SIGNATURE');
  const judged = judging.judge(code);
  if (judged.reason !== 'ACCEPTED') return refused(judged.reason, code);
  const { flags, nowMs } = judged;
  return { outcome: 'OK', reason: 'ACCEPTED', detail: '', flags, code, nowMs };
}

/** A verdict that lets nobody in. */
export function refused(reason: Reason, code?: ReadCode, detail = ''): GateVerdict {
  return { outcome: OUTCOME_OF[reason], reason, detail, flags: [], code, nowMs: undefined };
}
