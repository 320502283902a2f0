import { toHex } from '../bytes.ts';
import type { Algorithm } from '../crypto/algorithm.ts';
import type { Outcome } from '../tap/outcome.ts';
import { type Different, GRANT_ID, NOON, vector, vectorKeys, zlibFixed } from './build.fixture.ts';
import { fixedSigner } from './signers.fixture.ts';

const DAY = 86_400;

type Make = (algorithm: Algorithm) => ReturnType<typeof vector>;

function make(
  expected: Outcome,
  name: string,
  different: Different | ((algorithm: Algorithm) => Different) = {},
): Make {
  return (algorithm) =>
    vector(
      algorithm,
      name,
      expected,
      typeof different === 'function' ? different(algorithm) : different,
    );
}

/** A tap that the gate let in `ago` seconds before noon. */
const tap = (counter: number, ago: number, fareMinor: string, change = {}) => ({
  ...{ issuer: 'harbour-wallet', grant_id_hex: toHex(GRANT_ID), subject: 'cGFzc2VuZ2Vy' },
  ...{ counter, tapped_at: NOON - ago, currency: 'HKD', fare_minor: fareMinor },
  ...change,
});
const denied = (kind: string, value: string) => {
  return { trust: { denied: [{ kind, issuer: 'harbour-wallet', value_hex: value }] } };
};
const keyState = (algorithm: Algorithm, change: Record<string, number | boolean>) => {
  const id = `harbour-wallet/${vectorKeys(algorithm).keyId}`;
  return { state: { trust: { keys: { [id]: change } } } };
};
const hkdAndCny = {
  3: [
    ['HKD', 3000n, 10_000n],
    ['CNY', 2500n, 9000n],
  ],
  5: 1n,
};

/** Genuine codes, and what becomes of them at the gate. */
export const judged: readonly Make[] = [
  make('OK', 'a flat fare'),
  make('OK', 'made for this scene', { statement: { 3: 1n } }),
  make('OK', 'a grant for this scene', { terms: { 4: [1n, 3n] } }),
  make('OK', 'a stream with the fixed Huffman code', {
    stream: (stream) => zlibFixed(stream.slice(7, -4)),
  }),
  make('OK', 'the last of the codes', { statement: { 1: 100n } }),
  make('OK', 'a fare as high as one ride may cost', { state: { fare_minor: '3000' } }),
  make('OK', 'all that may be ridden', {
    state: { fare_minor: '3000', taps: [tap(6, 60, '7000')] },
  }),
  make('OK', 'a later code after three seconds', { state: { taps: [tap(6, -1, '780')] } }),
  make('OK', 'an entry that may cost a whole ride', {
    state: { scene: 'metro', kind: 'entry', fare_minor: '3000' },
  }),
  make('OK', 'an exit, though nothing may be ridden any more', {
    state: { scene: 'metro', kind: 'exit', fare_minor: '0', taps: [tap(6, 900, '10000')] },
  }),
  make('OK', 'an amount', { state: { scene: 'taxi', kind: 'amount', fare_minor: '2999' } }),
  make('OK', 'a fare across the border', {
    terms: hkdAndCny,
    state: { scene: 'metro', currency: 'CNY', fare_minor: '2500' },
  }),
  make('OK', 'thirty seconds old', { gateAt: 30 }),
  make('OK', 'two minutes old, flagged', { gateAt: 120 }),
  make('OK', 'fifteen seconds ahead', { gateAt: -15 }),
  make('OK', 'two minutes ahead, flagged', { gateAt: -120 }),
  make('OK', 'the last second of the grant', { claims: [[4n, BigInt(NOON + 5)]] }),
  make('OK', 'a grant that begins in fifteen seconds', { claims: [[5n, BigInt(NOON + 19)]] }),
  make('OK', 'a gate whose clock was never set and is years behind', {
    gateAt: -1000 * DAY,
    state: { clock_set_at: null, trust: { proven_at: NOON - 600 } },
  }),
  make('OK', 'a gate whose clock was set eight days ago', {
    state: { clock_set_at: NOON - 8 * DAY },
  }),
  make('OK', 'a trust bundle of two days, and half the cap', {
    state: { fare_minor: '1500', trust: { proven_at: NOON - 2 * DAY } },
  }),
  make('OK', 'a ceiling as high as the fare', {
    state: {
      trust: {
        ceilings: [
          { issuer: 'harbour-wallet', currency: 'HKD', single_minor: '780', total_minor: '780' },
        ],
      },
    },
  }),
  make('OK', 'somebody else is denied', { state: denied('grant', '00'.repeat(16)) }),
  make('CODE_EXPIRED', 'more than two minutes old', { gateAt: 121 }),
  make('CODE_EXPIRED', 'more than two minutes ahead', { gateAt: -121 }),
  make('CODE_EXPIRED', 'from next year', { statement: { 2: BigInt(NOON + 365 * DAY) } }),
  make('CODE_EXPIRED', 'before what is proven, at a gate that is not sure', {
    state: { clock_set_at: null, trust: { proven_at: NOON + 121 } },
  }),
  make('CODE_EXPIRED', 'absurd at a gate that is not sure', {
    statement: { 2: BigInt(NOON + 31 * DAY) },
    claims: [[4n, BigInt(NOON + 90 * DAY)]],
    state: { clock_set_at: null },
  }),
  make('GRANT_EXPIRED', 'the second at which the grant ends', { claims: [[4n, BigInt(NOON + 4)]] }),
  make('GRANT_EXPIRED', 'a grant that begins later', { claims: [[5n, BigInt(NOON + 20)]] }),
  make('QUOTA_EXCEEDED', 'one code too many', { statement: { 1: 101n } }),
  make('QUOTA_EXCEEDED', 'more than one ride may cost', { state: { fare_minor: '3001' } }),
  make('QUOTA_EXCEEDED', 'more than all rides may cost', {
    state: { fare_minor: '3000', taps: [tap(6, 60, '7001')] },
  }),
  make('QUOTA_EXCEEDED', 'more than a trust bundle of two days lets pass', {
    state: { fare_minor: '1501', trust: { proven_at: NOON - 2 * DAY } },
  }),
  make('QUOTA_EXCEEDED', 'more than a gate that is not sure lets pass', {
    state: { fare_minor: '1501', clock_set_at: null },
  }),
  make('QUOTA_EXCEEDED', 'more than the ceiling', {
    state: {
      trust: {
        ceilings: [
          { issuer: 'harbour-wallet', currency: 'HKD', single_minor: '779', total_minor: '9999' },
        ],
      },
    },
  }),
  make('DUPLICATE', 'the same code again', { state: { taps: [tap(7, -2, '780')] } }),
  make('DUPLICATE', 'a code from before the last', { state: { taps: [tap(8, 60, '780')] } }),
  make('DUPLICATE', 'the same person with another grant within three seconds', {
    state: { taps: [tap(1, -2, '780', { grant_id_hex: 'ff'.repeat(16) })] },
  }),
  make('DENIED', 'the grant', { state: denied('grant', toHex(GRANT_ID)) }),
  make('DENIED', 'the user key', (algorithm) => {
    return { state: denied('key', toHex(vectorKeys(algorithm).user.publicKey.bytes)) };
  }),
  make('DENIED', 'the subject', {
    state: denied('subject', toHex(new TextEncoder().encode('cGFzc2VuZ2Vy'))),
  }),
  make('DENIED', 'the issuer', { state: denied('issuer', '') }),
  make('DENIED', 'the key is revoked', (algorithm) => keyState(algorithm, { is_revoked: true })),
  make('DENIED', 'the key came into use after the grant began', (algorithm) =>
    keyState(algorithm, { not_before: NOON - 3599 }),
  ),
  make('DENIED', 'the key was out of use when the grant began', (algorithm) =>
    keyState(algorithm, { not_after: NOON - 3600 }),
  ),
  make('DENIED', 'a trust bundle of more than seven days', {
    state: { trust: { proven_at: NOON - 7 * DAY } },
  }),
  make('UNSUPPORTED', 'another issuer', { claims: [[1n, 'peak-wallet']] }),
  make('UNSUPPORTED', 'another key of the issuer', {
    grantMessage: {
      header: [
        [1n, -8n],
        [4n, new TextEncoder().encode('k9')],
      ],
    },
  }),
  make('UNSUPPORTED', 'a grant for other scenes', { terms: { 4: [3n] } }),
  make('UNSUPPORTED', 'a code made for another scene', { statement: { 3: 6n } }),
  make('UNSUPPORTED', 'a currency without a cap', { state: { currency: 'CNY' } }),
];

const flipped = (bytes: Uint8Array) => bytes.with(40, (bytes[40] ?? 0) ^ 1);

/** Codes that somebody made who should not have. */
export const forged: readonly Make[] = [
  make('BAD_SIGNATURE', 'a bit of the grant’s signature', { grantMessage: { signature: flipped } }),
  make('BAD_SIGNATURE', 'a grant signed with another key', (algorithm) => {
    return { grantMessage: { signer: vectorKeys(algorithm).other } };
  }),
  make('BAD_SIGNATURE', 'a cap that was raised afterwards', {
    grantBytes: (bytes) => {
      const at = bytes.findIndex((byte, index) => byte === 0x0b && bytes[index + 1] === 0xb8);
      return bytes.with(at, 0x1b);
    },
  }),
  make('BAD_SIGNATURE', 'a grant signed with the key of the other algorithm', (algorithm) => {
    const other = algorithm === 'ES256' ? 'EdDSA' : 'ES256';
    const header = [
      [1n, other === 'ES256' ? -7n : -8n],
      [4n, new TextEncoder().encode(vectorKeys(algorithm).keyId)],
    ] as const;
    return { grantMessage: { signer: fixedSigner(other, 1), header } };
  }),
  make('BAD_SIGNATURE', 'a bit of the code’s signature', { codeMessage: { signature: flipped } }),
  make('BAD_SIGNATURE', 'a code signed with another key', (algorithm) => {
    return { codeMessage: { signer: vectorKeys(algorithm).other } };
  }),
  make('BAD_SIGNATURE', 'a code signed with the issuer’s key', (algorithm) => {
    return { codeMessage: { signer: vectorKeys(algorithm).issuer } };
  }),
  make('BAD_SIGNATURE', 'a time that was changed afterwards', {
    codeMessage: {
      parts: ([head = 0n, unprotected = 0n, payload, signature = 0n]) => [
        ...[head, unprotected],
        payload instanceof Uint8Array ? payload.with(7, (payload[7] ?? 0) ^ 1) : 0n,
        signature,
      ],
    },
  }),
  make('BAD_SIGNATURE', 'a signature of zeros', {
    codeMessage: { signature: () => new Uint8Array(64) },
  }),
  make('BAD_SIGNATURE', 'a signature of ones', {
    codeMessage: { signature: () => new Uint8Array(64).fill(255) },
  }),
];
