import { concatBytes } from '../bytes.ts';
import { adler32, zlibStored } from '../carrier/zlib.ts';
import { encodeCbor } from '../cbor/encode.ts';
import type { CborValue } from '../cbor/value.ts';
import { coseKey } from '../cose/key.ts';
import type { Algorithm } from '../crypto/algorithm.ts';
import { type Different, NOON, vector, vectorKeys, zlibFixed } from './build.fixture.ts';
import { fixedSigner } from './signers.fixture.ts';

type Make = (algorithm: Algorithm) => ReturnType<typeof vector>;

const bytes = (...values: number[]) => new Uint8Array(values);
const whole = (codeBytes: Uint8Array): Different => ({ codeBytes: () => codeBytes });
const key = (change: (key: Map<bigint, CborValue>) => void) => (algorithm: Algorithm) => {
  const map = new Map(coseKey(vectorKeys(algorithm).user.publicKey));
  change(map);
  return { claims: [[8n, new Map([[1n, map]])]] } as Different;
};

/** A stream of 1 MiB of zeros in a few bytes: matches of 258 at distance 1, with the fixed code. */
function bomb(): Uint8Array {
  const zeros = new Uint8Array(1 << 20);
  const bits: number[] = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
  for (let left = zeros.length - 1; left > 0; left -= 258) {
    bits.push(1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0);
  }
  bits.push(0, 0, 0, 0, 0, 0, 0);
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    packed[index >> 3] = (packed[index >> 3] ?? 0) | (bit << (index & 7));
  }
  const sum = adler32(zeros);
  return concatBytes(
    bytes(0x78, 0x01),
    packed,
    bytes(sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255),
  );
}

const CASES: readonly (readonly [string, Different | ((algorithm: Algorithm) => Different)])[] = [
  ['nothing', { text: () => '' }],
  ['no more than the prefix', { text: () => 'CT1:' }],
  ['another prefix', { text: (text) => text.replace('CT1:', 'HC1:') }],
  ['another version of the carrier', { text: (text) => text.replace('CT1:', 'CT2:') }],
  ['small letters', { text: (text) => text.toLowerCase() }],
  ['a blank before it', { text: (text) => ` ${text}` }],
  ['a line end behind it', { text: (text) => `${text}\n` }],
  ['half of the text', { text: (text) => text.slice(0, text.length / 2) }],
  ['one character less', { text: (text) => text.slice(0, -1) }],
  ['one character more', { text: (text) => `${text}0` }],
  ['a character that is not of base45', { text: (text) => text.replace(/.$/, 'é') }],
  ['a base45 group that is too large', { text: (text) => text.replace(/^CT1:.../, 'CT1::::') }],
  ['a text of 5,000 characters', { text: (text) => text.padEnd(5000, '0') }],
  ['a code that is not compressed', { stream: (stream) => stream.slice(7, -4) }],
  ['gzip instead of zlib', { stream: (stream) => concatBytes(bytes(0x1f, 0x8b, 8, 0), stream) }],
  ['a wrong header of zlib', { stream: (stream) => stream.with(1, 0) }],
  ['a preset dictionary', { stream: (stream) => stream.with(1, 0x20) }],
  ['a block of type 3', { stream: (stream) => stream.with(2, 7) }],
  ['a stored block of a wrong length', { stream: (stream) => stream.with(3, 1) }],
  ['a stream that ends early', { stream: (stream) => stream.slice(0, 60) }],
  ['a wrong checksum', { stream: (stream) => stream.with(-1, (stream.at(-1) ?? 0) ^ 1) }],
  ['a byte behind the stream', { stream: (stream) => concatBytes(stream, bytes(0)) }],
  [
    'a distance to before the beginning',
    { stream: () => bytes(0x78, 1, 0x63, 0, 2, 0, 0, 0, 0, 1) },
  ],
  ['a bomb of 1 MiB', { stream: bomb }],
  ['more bytes than a code may have', { stream: () => zlibStored(new Uint8Array(769)) }],
  ['an empty stream', { stream: () => zlibStored(bytes()) }],
  ['a text compressed twice', { stream: (stream) => zlibFixed(stream.slice(0, 60)) }],
  ['no tag', { codeBytes: (code) => code.slice(1) }],
  ['the tag of COSE_Mac0', { codeMessage: { tag: 17 } }],
  ['a tag in a longer form', { codeBytes: (code) => concatBytes(bytes(0xd8, 18), code.slice(1)) }],
  ['three parts', { codeMessage: { parts: (parts) => parts.slice(0, 3) } }],
  ['five parts', { codeMessage: { parts: (parts) => [...parts, 0n] } }],
  ['a signature of 63 bytes', { codeMessage: { signature: (signature) => signature.slice(1) } }],
  ['an unprotected header', { codeMessage: { unprotected: new Map([[4n, bytes(1)]]) } }],
  [
    'a critical header',
    {
      codeMessage: {
        header: [
          [1n, -7n],
          [2n, [1n]],
        ],
      },
    },
  ],
  [
    'a code that names a key',
    {
      codeMessage: {
        header: [
          [1n, -7n],
          [4n, bytes(1)],
        ],
      },
    },
  ],
  ['ES384', { codeMessage: { header: [[1n, -35n]] } }],
  ['no algorithm', { codeMessage: { header: [] } }],
  ['an algorithm as a text', { codeMessage: { header: [[1n, 'ES256']] } }],
  [
    'the algorithm that the user key is not for',
    (algorithm) => {
      return { codeMessage: { signer: fixedSigner(algorithm === 'ES256' ? 'EdDSA' : 'ES256', 3) } };
    },
  ],
  ['a byte behind the code', { codeBytes: (code) => concatBytes(code, bytes(0)) }],
  ['a code that ends early', { codeBytes: (code) => code.slice(0, -10) }],
  ['an integer longer than needed', whole(bytes(0xd2, 0x84, 0x18, 0x01))],
  ['an indefinite array', whole(bytes(0xd2, 0x9f, 0xff))],
  ['an indefinite byte string', whole(bytes(0xd2, 0x84, 0x5f, 0x41, 0, 0xff))],
  ['a float', whole(bytes(0xd2, 0x84, 0xf9, 0, 0))],
  ['null', whole(bytes(0xd2, 0x84, 0xf6, 0xf6, 0xf6, 0xf6))],
  ['a map with a key twice', whole(bytes(0xd2, 0x81, 0xa2, 1, 1, 1, 1))],
  ['a map with keys out of order', whole(bytes(0xd2, 0x81, 0xa2, 2, 1, 1, 1))],
  ['a map with a text as its key', whole(bytes(0xd2, 0x81, 0xa1, 0x61, 0x61, 1))],
  ['a text that is not UTF-8', whole(bytes(0xd2, 0x81, 0x61, 0xff))],
  ['an array that claims 4,294,967,295 items', whole(bytes(0xd2, 0x9a, 0xff, 0xff, 0xff, 0xff, 0))],
  [
    'a byte string that claims 2^63 bytes',
    whole(bytes(0xd2, 0x81, 0x5b, 0x80, 0, 0, 0, 0, 0, 0, 0)),
  ],
  [
    'arrays nested 700 deep',
    whole(concatBytes(bytes(0xd2), new Uint8Array(700).fill(0x81), bytes(0))),
  ],
  [
    'maps nested 200 deep',
    whole(
      concatBytes(
        bytes(0xd2, 0x81),
        new Uint8Array(400).map((_, index) => (index % 2 ? 1 : 0xa1)),
      ),
    ),
  ],
  [
    '400 empty arrays',
    whole(concatBytes(bytes(0xd2, 0x99, 1, 0x90), new Uint8Array(400).fill(0x80))),
  ],
  ['version 2', { statement: { 0: 2n } }],
  ['counter 0', { statement: { 1: 0n } }],
  ['a counter below zero', { statement: { 1: -1n } }],
  ['a counter of 33 bits', { statement: { 1: 1n << 32n } }],
  ['a counter as a text', { statement: { 1: '7' } }],
  ['a time below zero', { statement: { 2: -1n } }],
  ['a time after the year 9999', { statement: { 2: 253_402_300_800n } }],
  ['a scene that nobody knows', { statement: { 3: 99n } }],
  [
    'a statement of six parts',
    {
      codeMessage: {
        parts: ([head = 0n, map = 0n, , signature = 0n]) => [
          head,
          map,
          encodeCbor([1n, 7n, BigInt(NOON), 0n, bytes(1), 0n]),
          signature,
        ],
      },
    },
  ],
  ['no grant', { statement: { 4: bytes() } }],
  ['a grant that is a text', { statement: { 4: 'grant' } }],
  ['a grant of zeros', { grantBytes: () => new Uint8Array(200) }],
  ['a grant that ends early', { grantBytes: (grant) => grant.slice(0, -1) }],
  ['a byte behind the grant', { grantBytes: (grant) => concatBytes(grant, bytes(0)) }],
  ['a grant of more than 640 bytes', { claims: [[1n, 'a'.repeat(500)]] }],
  ['a grant that names no key', { grantMessage: { header: [[1n, -7n]] } }],
  [
    'a key id with a blank',
    {
      grantMessage: {
        header: [
          [1n, -7n],
          [4n, bytes(32)],
        ],
      },
    },
  ],
  ['no subject', { claims: [[2n, undefined]] }],
  ['a claim that nobody knows', { claims: [[99n, 1n]] }],
  ['an issuer with capitals', { claims: [[1n, 'Harbour']] }],
  ['a subject of three characters', { claims: [[2n, 'abc']] }],
  ['an end as a text', { claims: [[4n, 'tomorrow']] }],
  ['an end before the beginning', { claims: [[4n, BigInt(NOON - 3600)]] }],
  ['a grant id of 15 bytes', { claims: [[7n, new Uint8Array(15)]] }],
  [
    'two members in cnf',
    (algorithm) => {
      const cose = coseKey(vectorKeys(algorithm).user.publicKey);
      return {
        claims: [
          [
            8n,
            new Map<bigint, CborValue>([
              [1n, cose],
              [3n, bytes(1)],
            ]),
          ],
        ],
      };
    },
  ],
  ['a private key in cnf', key((map) => map.set(-4n, new Uint8Array(32)))],
  ['a key of another curve', key((map) => map.set(-1n, 2n))],
  ['a coordinate of 31 bytes', key((map) => map.set(-2n, new Uint8Array(31)))],
  [
    'a user key of small order',
    {
      claims: [
        [
          8n,
          new Map([
            [
              1n,
              new Map<bigint, CborValue>([
                [1n, 1n],
                [-1n, 6n],
                [-2n, new Uint8Array(32).with(0, 1)],
              ]),
            ],
          ]),
        ],
      ],
      codeMessage: { header: [[1n, -8n]] },
    },
  ],
  ['terms of version 2', { terms: { 0: 2n } }],
  ['no codes', { terms: { 1: 0n } }],
  ['tier 10', { terms: { 2: 10n } }],
  ['no caps', { terms: { 3: [] } }],
  ['nine caps', { terms: { 3: [...'ABCDEFGHI'].map((letter) => [`HK${letter}`, 1n, 1n]) } }],
  [
    'two caps in one currency',
    {
      terms: {
        3: [
          ['HKD', 1n, 2n],
          ['HKD', 1n, 2n],
        ],
      },
    },
  ],
  ['a cap below zero', { terms: { 3: [['HKD', -1n, 2n]] } }],
  ['a cap beyond 53 bits', { terms: { 3: [['HKD', 1n, 1n << 53n]] } }],
  ['more for one ride than for all', { terms: { 3: [['HKD', 2n, 1n]] } }],
  ['a currency in small letters', { terms: { 3: [['hkd', 1n, 2n]] } }],
  ['scenes out of order', { terms: { 4: [3n, 1n] } }],
  ['a scene in a grant that nobody knows', { terms: { 4: [1n, 99n] } }],
  ['a conversion rule that nobody knows', { terms: { 5: 9n } }],
];

/** Texts that are no codes of this protocol, of every kind. */
export const malformed: readonly Make[] = CASES.map(
  ([name, different]) =>
    (algorithm) =>
      vector(
        algorithm,
        `malformed: ${name}`,
        'UNSUPPORTED',
        typeof different === 'function' ? different(algorithm) : different,
      ),
);
