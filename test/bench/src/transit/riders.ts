import {
  type Algorithm,
  type Cryptography,
  codeText,
  GATE_POLICY,
  GateMemory,
  type IssuerKey,
  issuerKeys,
  type Judging,
  judgingBy,
  type Situation,
  signCode,
  signGrant,
} from '@causeway/transit';
import { nodeCryptography } from '@causeway/transit/node';

/** A time in 2026 that all codes of the bench are made at, in Unix seconds. */
const NOW = 1_796_011_200;
const DAY = 86_400;

/** Codes of different riders, and who judges them. */
export interface Riders {
  readonly texts: readonly string[];
  /** A gate's judgement that has seen nobody yet and remembers nobody. */
  judging(cryptography: Cryptography): Judging;
}

/** Makes so many riders, each with a key and a grant of its own, and a code of each. */
export async function makeRiders(algorithm: Algorithm, count: number): Promise<Riders> {
  const cryptography = nodeCryptography();
  const pair = await cryptography.generate(algorithm);
  const issuer = await cryptography.signer(pair.publicKey, pair.privateKey);
  const key: IssuerKey = {
    ...{ issuer: 'bench', keyId: 'k1', publicKey: pair.publicKey },
    ...{ notBefore: NOW - DAY, notAfter: NOW + DAY, isRevoked: false },
  };
  const texts: string[] = [];
  for (let rider = 0; rider < count; rider += 1) {
    const own = await cryptography.generate(algorithm);
    const signer = await cryptography.signer(own.publicKey, own.privateKey);
    const grantId = new Uint8Array(16);
    new DataView(grantId.buffer).setUint32(0, rider);
    const grant = await signGrant(
      {
        ...{ issuer: 'bench', grantId, subject: `rider-${rider + 1000}`, userKey: own.publicKey },
        ...{ notBefore: NOW - 60, expiresAt: NOW + DAY, codes: 100, tier: 1 },
        caps: [{ currencyCode: 'HKD', singleMinor: 3_000n, totalMinor: 10_000n }],
        ...{ scenes: [], fxRule: 'none' },
      },
      'k1',
      issuer,
    );
    texts.push(codeText(await signCode({ counter: 1, madeAt: NOW }, grant.bytes, signer)));
  }
  const keys = issuerKeys([key]);
  return { texts, judging: (by) => judgingBy(by, keys, SITUATION) };
}

const SITUATION: Situation = {
  ride: { scene: 'minibus', kind: 'flat', currencyCode: 'HKD', fareMinor: 780n },
  time: { wallMs: NOW * 1_000, setAtMs: NOW * 1_000, floorMs: 0 },
  trust: { provenAt: NOW, isDenied: () => false, ceiling: () => undefined },
  memory: new GateMemory(1),
  policy: GATE_POLICY,
};
