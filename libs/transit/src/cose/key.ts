import { concatBytes, toHex } from '../bytes.ts';
import { bytesOf, mapOf } from '../cbor/shape.ts';
import { type CborMap, type CborValue, demand } from '../cbor/value.ts';
import { PUBLIC_KEY_BYTES, type PublicKey } from '../crypto/algorithm.ts';

/** Labels of a COSE_Key (RFC 9052, 7.1; RFC 9053, 7). */
const LABEL = { type: 1n, curve: -1n, x: -2n, y: -3n } as const;
const OKP = { type: 1n, curve: 6n } as const;
const EC2 = { type: 2n, curve: 1n } as const;

/**
 * Points of Ed25519 of small order, and their other spellings, without the sign: for these, anybody can
 * make signatures that are right for some messages.
 */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

const UNCOMPRESSED = new Uint8Array([4]);

/** A public key as a COSE_Key. Throws a RangeError where its bytes are not those of its algorithm. */
export function coseKey({ algorithm, bytes }: PublicKey): CborMap {
  const hasForm = algorithm === 'EdDSA' || bytes[0] === UNCOMPRESSED[0];
  if (bytes.length !== PUBLIC_KEY_BYTES[algorithm] || !hasForm) {
    throw new RangeError(`a public key for ${algorithm} has ${PUBLIC_KEY_BYTES[algorithm]} bytes`);
  }
  if (algorithm === 'EdDSA') {
    return new Map<bigint, CborValue>([
      [LABEL.type, OKP.type],
      [LABEL.curve, OKP.curve],
      [LABEL.x, bytes],
    ]);
  }
  return new Map<bigint, CborValue>([
    [LABEL.type, EC2.type],
    [LABEL.curve, EC2.curve],
    [LABEL.x, bytes.slice(1, 33)],
    [LABEL.y, bytes.slice(33)],
  ]);
}

/** The public key that a COSE_Key holds. Throws a MalformedError for any other key. */
export function readCoseKey(value: CborValue | undefined): PublicKey {
  const key = mapOf(value, 'key');
  const isOf = ({ type, curve }: { type: bigint; curve: bigint }) =>
    key.get(LABEL.type) === type && key.get(LABEL.curve) === curve;
  const x = bytesOf(key.get(LABEL.x), 'key', 32);
  if (isOf(OKP)) {
    demand(key.size === 3, 'the key has parameters that are not known');
    const withoutSign = x.with(31, (x[31] ?? 0) & 0x7f);
    demand(!SMALL_ORDER.has(toHex(withoutSign)), 'the key is a point of small order');
    return { algorithm: 'EdDSA', bytes: x };
  }
  demand(isOf(EC2) && key.size === 4, 'the key is of no known type');
  const y = bytesOf(key.get(LABEL.y), 'key', 32);
  return { algorithm: 'ES256', bytes: concatBytes(UNCOMPRESSED, x, y) };
}
