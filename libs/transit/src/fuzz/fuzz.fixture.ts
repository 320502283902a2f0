import { readCode, signCode } from '../code/sign.ts';
import { codeText } from '../code/text.ts';
import { readCodeText } from '../code/verify.ts';
import { ALGORITHMS } from '../crypto/algorithm.ts';
import { GATE_POLICY } from '../gate/policy.ts';
import { judgingBy, verdictOn } from '../gate/verdict.ts';
import { readGrant } from '../grant/sign.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { OUTCOMES } from '../tap/outcome.ts';
import { NOON, STATE, vector, vectorKeys } from '../vectors/build.fixture.ts';
import { stateOf } from '../vectors/state.ts';
import { Chance, mutated } from './mutate.fixture.ts';

/** What came of fuzzing. Problems are empty where the gate kept its promises. */
export interface Fuzzed {
  readonly inputs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** Each with the text that brings it about. */
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 20;

/**
 * Shows a gate inputs that are truncated, flipped, oversized, nested, wrongly signed, or signed well
 * about a wrong time, and holds it to this: it never throws, answers one of the outcomes within its
 * budget, and opens for nothing but codes that a user signed and whose time is right.
 */
export async function fuzz(inputs: number, seed: number, nowMs: () => number): Promise<Fuzzed> {
  const chance = new Chance(seed);
  const { judging, honest, sign } = await prepared();
  const genuine = new Set(honest.map((code) => String(readCode(code).signed)));
  const outcomes: Record<string, number> = {};
  const problems: string[] = [];
  let slowestMs = 0;
  for (let index = 0; index < inputs && problems.length < MOST_PROBLEMS; index++) {
    const isSigned = index % 50 === 0;
    const text = isSigned ? await sign(chance) : mutated(chance.of(honest), chance);
    try {
      const startMs = nowMs();
      const { outcome } = await verdictOn(text, judging);
      const tookMs = nowMs() - startMs;
      slowestMs = Math.max(slowestMs, tookMs);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (!OUTCOMES.includes(outcome)) problems.push(`no outcome: ${text}`);
      if (outcome === 'OK' && !isRight(text, genuine)) problems.push(`opened: ${text}`);
      if (tookMs > GATE_POLICY.budgetMs && (await isSlow(text))) problems.push(`slow: ${text}`);
    } catch (error) {
      problems.push(`threw ${String(error)}: ${text}`);
    }
  }
  return { inputs, outcomes, slowestMs, problems };

  /** Whether it is slow each time: a machine that has other things to do is slow once. */
  async function isSlow(text: string): Promise<boolean> {
    for (let times = 0; times < 3; times++) {
      const startMs = nowMs();
      await verdictOn(text, judging);
      if (nowMs() - startMs <= GATE_POLICY.budgetMs) return false;
    }
    return true;
  }
}

/** Whether a gate may open for this: a user signed it, and its time is right. */
function isRight(text: string, genuine: ReadonlySet<string>): boolean {
  const read = readCodeText(text);
  if (!read.ok) return false;
  const { counter, madeAt, signed } = read.value;
  if (genuine.has(String(signed))) return true;
  const isNow = Math.abs(madeAt - NOON) <= GATE_POLICY.flaggedSeconds;
  return isNow && counter >= 1 && counter <= 100;
}

async function prepared() {
  const made = await Promise.all(ALGORITHMS.map((one) => vector(one, 'honest', 'OK')));
  const keys = new Map(
    ALGORITHMS.map((algorithm) => {
      const { issuer, keyId } = vectorKeys(algorithm);
      return [`harbour-wallet/${keyId}`, issuer.publicKey] as const;
    }),
  );
  const { trust, situation } = stateOf(STATE, NOON, keys);
  const honest = made.flatMap(({ code }) => {
    const read = readCodeText(code);
    return read.ok ? [read.value.bytes] : [];
  });
  const cryptography = nodeCryptography();
  const signers = await Promise.all(
    ALGORITHMS.map((algorithm) =>
      cryptography.signer(vectorKeys(algorithm).user.publicKey, secretOf(algorithm)),
    ),
  );
  const grants = honest.map((code) => readGrant(readCode(code).grant.bytes).bytes);
  const sign = async (chance: Chance) => {
    const which = chance.below(2);
    const [signer, grant] = [signers[which], grants[which]];
    if (signer === undefined || grant === undefined) throw new TypeError('nobody signs');
    const madeAt =
      NOON + chance.of([0, 1, 119, 121, 3600, 86_400, 31_536_000, 10 ** 10]) * chance.of([1, -1]);
    const counter = chance.of([1, 100, 101, 4_294_967_295]);
    return codeText(
      await signCode(
        { counter, madeAt: Math.max(0, madeAt), scene: chance.of([undefined, 'minibus', 'taxi']) },
        grant,
        signer,
      ),
    );
  };
  return { judging: judgingBy(cryptography, trust, situation), honest, sign };
}

/** What `fixedSigner` makes its keys of, by the numbers of `vectorKeys`. */
function secretOf(algorithm: (typeof ALGORITHMS)[number]): Uint8Array {
  return new Uint8Array(32).fill(algorithm === 'ES256' ? 3 : 13);
}
