import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { arrayOf, bigOf, bytesOf, intOf, mapOf, textOf } from '../cbor/shape.ts';
import { type CborValue, demand } from '../cbor/value.ts';
import { coseKey, readCoseKey } from '../cose/key.ts';
import { CURRENCY, MOST_MINOR } from '../money.ts';
import { SCENES, type Scene, sceneOf } from '../scene.ts';
import { type Cap, FX_RULES, type FxRule, type Grant } from './grant.ts';

/** Keys of the claims: RFC 8392, RFC 8747, and one of our own from the range for private use. */
const CLAIM = {
  issuer: 1n,
  subject: 2n,
  expiresAt: 4n,
  notBefore: 5n,
  id: 7n,
  confirmation: 8n,
  transit: -65_537n,
} as const;

/** The only member of `cnf`: a public key (RFC 8747, 3.2). */
const COSE_KEY = 1n;

/** The version of the terms that stand in the transit claim. */
const TERMS_VERSION = 1n;

/** What an issuer's id looks like. */
export const ISSUER = /^[a-z0-9-]{1,32}$/;
/** What a pseudonym looks like. */
export const SUBJECT = /^[A-Za-z0-9_-]{8,32}$/;

/** The latest time that anything may name: the end of the year 9999, in Unix seconds. */
export const MOST_SECONDS = 253_402_300_799;
const MOST_CODES = 1_000_000;
const MOST_CAPS = 8;
const MOST_TIER = 9;

/** The claims of a grant. Throws a MalformedError for a grant that nobody could read. */
export function encodeClaims(grant: Grant): Uint8Array {
  const claims = encodeCbor(
    new Map<bigint, CborValue>([
      [CLAIM.issuer, grant.issuer],
      [CLAIM.subject, grant.subject],
      [CLAIM.expiresAt, BigInt(grant.expiresAt)],
      [CLAIM.notBefore, BigInt(grant.notBefore)],
      [CLAIM.id, grant.grantId],
      [CLAIM.confirmation, new Map([[COSE_KEY, coseKey(grant.userKey)]])],
      [CLAIM.transit, termsOf(grant)],
    ]),
  );
  decodeClaims(claims);
  return claims;
}

function termsOf({ codes, tier, caps, scenes, fxRule }: Grant): CborValue {
  return [
    TERMS_VERSION,
    BigInt(codes),
    BigInt(tier),
    caps.map(({ currencyCode, singleMinor, totalMinor }) => [
      currencyCode,
      singleMinor,
      totalMinor,
    ]),
    scenes.map((scene) => BigInt(SCENES[scene])).sort((a, b) => Number(a - b)),
    BigInt(FX_RULES[fxRule]),
  ];
}

/** The grant that claims hold. Throws a MalformedError where anything is missing, or more is there. */
export function decodeClaims(bytes: Uint8Array): Grant {
  const claims = mapOf(decodeCbor(bytes), 'claims');
  demand(claims.size === Object.keys(CLAIM).length, 'a claim is missing, or not known');
  const confirmation = mapOf(claims.get(CLAIM.confirmation), 'cnf');
  demand(confirmation.size === 1, 'cnf: not one key');
  const notBefore = intOf(claims.get(CLAIM.notBefore), 'nbf', 0, MOST_SECONDS);
  const expiresAt = intOf(claims.get(CLAIM.expiresAt), 'exp', 0, MOST_SECONDS);
  demand(notBefore < expiresAt, 'exp: not after nbf');
  return {
    issuer: textOf(claims.get(CLAIM.issuer), 'iss', ISSUER),
    grantId: bytesOf(claims.get(CLAIM.id), 'cti', 16),
    subject: textOf(claims.get(CLAIM.subject), 'sub', SUBJECT),
    userKey: readCoseKey(confirmation.get(COSE_KEY)),
    notBefore,
    expiresAt,
    ...readTerms(claims.get(CLAIM.transit)),
  };
}

type Terms = Pick<Grant, 'codes' | 'tier' | 'caps' | 'scenes' | 'fxRule'>;

function readTerms(value: CborValue | undefined): Terms {
  const [version, codes, tier, caps, scenes, fxRule] = arrayOf(value, 'terms', 6);
  demand(version === TERMS_VERSION, 'the terms are of a version that is not known');
  return {
    codes: intOf(codes, 'codes', 1, MOST_CODES),
    tier: intOf(tier, 'tier', 1, MOST_TIER),
    caps: readCaps(arrayOf(caps, 'caps')),
    scenes: readScenes(arrayOf(scenes, 'scenes')),
    fxRule: readFxRule(fxRule),
  };
}

function readCaps(values: readonly CborValue[]): [Cap, ...Cap[]] {
  demand(values.length <= MOST_CAPS, 'caps: too many');
  const [first, ...others] = values.map((value) => {
    const [currency, single, total] = arrayOf(value, 'cap', 3);
    const singleMinor = bigOf(single, 'cap', 0n, MOST_MINOR);
    const totalMinor = bigOf(total, 'cap', 0n, MOST_MINOR);
    demand(singleMinor <= totalMinor, 'cap: more for one ride than for all');
    return { currencyCode: textOf(currency, 'cap', CURRENCY), singleMinor, totalMinor };
  });
  demand(first !== undefined, 'caps: none');
  const currencies = [first, ...others].map(({ currencyCode }) => currencyCode);
  demand(new Set(currencies).size === currencies.length, 'caps: two in one currency');
  return [first, ...others];
}

function readScenes(values: readonly CborValue[]): Scene[] {
  const numbers = values.map((value) => intOf(value, 'scene', 1, 255));
  demand(
    numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)),
    'scenes: out of order or twice',
  );
  return numbers.map((number) => {
    const scene = sceneOf(number);
    demand(scene !== undefined, 'scenes: one is not known');
    return scene;
  });
}

function readFxRule(value: CborValue | undefined): FxRule {
  const number = intOf(value, 'conversion rule', 0, 255);
  const rule = (Object.keys(FX_RULES) as FxRule[]).find((name) => FX_RULES[name] === number);
  demand(rule !== undefined, 'the conversion rule is not known');
  return rule;
}
