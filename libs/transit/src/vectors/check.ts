import { toHex } from '../bytes.ts';
import { readCodeText } from '../code/verify.ts';
import type { Cryptography } from '../crypto/algorithm.ts';
import { judgingBy, verdictOn } from '../gate/verdict.ts';
import { OUTCOMES, type Reason } from '../tap/outcome.ts';
import {
  type JsonValue,
  numberOf,
  objectOf,
  readVectorFile,
  stringOf,
  VectorError,
  type VectorFile,
} from './file.ts';
import { stateOf } from './state.ts';

/** How one case came out. */
export interface CheckedVector {
  readonly name: string;
  readonly ok: boolean;
  readonly expected: string;
  /** The outcome that a gate answers; empty where the case cannot be tried. */
  readonly found: string;
  /** Why a gate answers so. */
  readonly reason: Reason | '';
  /** What is wrong with the case, or was malformed in its code. */
  readonly detail: string;
}

/** How a file of vectors came out. */
export interface CheckedVectors {
  /** Whether there were cases and all passed. */
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly CheckedVector[];
}

/**
 * Has a gate answer every case of a file of test vectors, whoever wrote it. Throws a VectorError where
 * it is no such file; a case that is broken fails.
 */
export async function checkVectors(
  text: string,
  cryptography: Cryptography,
): Promise<CheckedVectors> {
  const file = readVectorFile(text);
  const cases: CheckedVector[] = [];
  for (const [index, value] of file.cases.entries()) {
    cases.push(await checkCase(value, index, file, cryptography));
  }
  const failed = cases.filter(({ ok }) => !ok).length;
  const passed = cases.length - failed;
  return { ok: failed === 0 && passed > 0, passed, failed, cases };
}

async function checkCase(
  value: JsonValue,
  index: number,
  file: VectorFile,
  cryptography: Cryptography,
): Promise<CheckedVector> {
  let [name, expected] = [`case ${index + 1}`, ''];
  try {
    const given = objectOf(value, name);
    name = stringOf(given.name, `${name}: name`);
    expected = stringOf(given.expected, 'expected');
    if (!OUTCOMES.some((outcome) => outcome === expected)) {
      throw new VectorError('expected: not an outcome');
    }
    const code = stringOf(given.code, 'code');
    checkGrant(stringOf(given.grant_hex, 'grant_hex'), code);
    const state = stateOf(given.gate_state, timeOf(given.gate_time), file.keys);
    const judging = judgingBy(cryptography, state.trust, state.situation);
    const { outcome, reason, detail } = await verdictOn(code, judging);
    return { name, ok: outcome === expected, expected, found: outcome, reason, detail };
  } catch (error) {
    if (!(error instanceof VectorError)) throw error;
    return { name, ok: false, expected, found: '', reason: '', detail: error.message };
  }
}

/** The grant of a case is the one in its code; without one where the code holds none to be read. */
function checkGrant(hex: string, code: string): void {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw new VectorError('grant_hex: not hexadecimal');
  const read = readCodeText(code);
  const inside = read.ok ? toHex(read.value.grant.bytes) : undefined;
  if (inside !== undefined && inside !== hex.toLowerCase()) {
    throw new VectorError('grant_hex: not the grant that is in the code');
  }
}

/** Unix seconds, as a number or as an ISO 8601 text. */
function timeOf(value: JsonValue | undefined): number {
  if (typeof value !== 'string') return numberOf(value, 'gate_time');
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw new VectorError('gate_time: not a time');
  return ms / 1000;
}
