import { toHex } from '../bytes.ts';
import { ALGORITHMS } from '../crypto/algorithm.ts';
import { vectorKeys } from './build.fixture.ts';
import { forged, judged } from './cases.fixture.ts';
import { malformed } from './malformed.fixture.ts';

/** The text of `vectors.json`: the same each time. */
export async function makeVectors(): Promise<string> {
  const keys = ALGORITHMS.map((alg) => {
    const { issuer, keyId } = vectorKeys(alg);
    const key = { alg, public_hex: toHex(issuer.publicKey.bytes) };
    return [`harbour-wallet/${keyId}`, key] as const;
  });
  const cases = [];
  for (const algorithm of ALGORITHMS) {
    for (const make of [...judged, ...forged, ...malformed]) cases.push(await make(algorithm));
  }
  const file = { version: 1, keys: Object.fromEntries(keys), cases };
  return `${JSON.stringify(file, null, 2)}\n`;
}
