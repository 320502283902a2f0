import { describe, expect, test } from 'vitest';
import { grantFor, NOW, signerOf } from '../code/code.fixture.ts';
import { readCode, signCode } from '../code/sign.ts';
import { signGrant } from '../grant/sign.ts';
import type { Tap } from '../tap/tap.ts';
import { classifyTap, type Evidence } from './classify.ts';
import { FINDINGS, type Finding, type Liable } from './finding.ts';

const user = signerOf('EdDSA', 2);
const grant = await signGrant(grantFor(user.publicKey), 'k1', signerOf('EdDSA', 1));
const bytes = await signCode({ counter: 5, madeAt: NOW }, grant.bytes, user);
const TAP: Tap = {
  ...{ operatorId: 'bus', gateId: 'g1', sequence: 9, kind: 'flat', scene: 'minibus' },
  ...{ routeId: 'm1', stopId: '', tappedAtMs: NOW * 1000 + 4000, currencyCode: 'HKD' },
  ...{ fareMinor: 780n, flags: [], trustVersion: 4, code: bytes },
};
const HONEST: Evidence = {
  ...{ tap: TAP, code: readCode(bytes), codeDigest: 'd', forged: undefined },
  ...{ receivedAtMs: NOW * 1000 + 3_600_000, earlier: [], neighbours: [] },
  ...{ riddenMinor: 0n, riddenAtGateMinor: 0n, replaysBefore: 0 },
};
const earlier = { operatorId: 'bus', gateId: 'g1', sequence: 9, codeDigest: 'd' };
const tapped = (change: Partial<Tap>): Partial<Evidence> => ({ tap: { ...TAP, ...change } });
const at = (seconds: number) => (NOW + seconds) * 1000;
const denied = { sinceVersion: 5, sinceMs: at(60) };

const CASES: [string, Partial<Evidence>, Finding[], Liable, string[]?][] = [
  ['honest', {}, [], 'user'],
  ['uploaded again', { earlier: [earlier] }, ['UPLOADED_BEFORE'], 'nobody'],
  [
    'uploaded again, forged or not',
    { earlier: [earlier], forged: 'KEY_REVOKED' },
    ['UPLOADED_BEFORE'],
    'nobody',
  ],
  ['forged', { forged: 'CODE_SIGNATURE' }, ['FORGED_CODE'], 'operator'],
  [
    'taken twice by one gate',
    { earlier: [{ ...earlier, sequence: 8 }] },
    ['REPEATED_AT_GATE'],
    'operator',
  ],
  [
    'shown at another gate',
    { earlier: [{ ...earlier, gateId: 'g2' }] },
    ['REPLAYED_CODE'],
    'issuer',
  ],
  [
    'shown at a third gate',
    { earlier: [{ ...earlier, gateId: 'g2' }], replaysBefore: 1 },
    ['REPLAYED_CODE'],
    'issuer',
    ['grant'],
  ],
  [
    'another operator’s gate of that name',
    { earlier: [{ ...earlier, operatorId: 'rail' }] },
    ['REPLAYED_CODE'],
    'issuer',
  ],
  [
    'another code of that counter',
    { earlier: [{ ...earlier, codeDigest: 'e' }] },
    ['CLONED_KEY'],
    'user',
    ['grant', 'key'],
  ],
  [
    'a later counter that is older',
    { neighbours: [{ counter: 6, madeAt: NOW - 121 }] },
    ['CLONED_KEY'],
    'user',
    ['grant', 'key'],
  ],
  [
    'an earlier counter that is younger',
    { neighbours: [{ counter: 4, madeAt: NOW + 121 }] },
    ['CLONED_KEY'],
    'user',
    ['grant', 'key'],
  ],
  [
    'counters that run with time',
    {
      neighbours: [
        { counter: 6, madeAt: NOW - 60 },
        { counter: 4, madeAt: NOW },
      ],
    },
    [],
    'user',
  ],
  [
    'a slow phone that was believed',
    tapped({ tappedAtMs: at(90), flags: ['PHONE_CLOCK_BEHIND'] }),
    ['CLOCK_SKEW'],
    'user',
  ],
  [
    'a fast phone that was believed',
    tapped({ tappedAtMs: at(-90), flags: ['PHONE_CLOCK_AHEAD'] }),
    ['CLOCK_SKEW'],
    'user',
  ],
  ['a gate that was not sure', tapped({ flags: ['GATE_CLOCK_UNSURE'] }), ['CLOCK_SKEW'], 'user'],
  [
    'an old code that no rule let in',
    tapped({ tappedAtMs: at(90) }),
    ['EXPIRED_CODE_ACCEPTED'],
    'operator',
  ],
  [
    'a code too old for any flag',
    tapped({ tappedAtMs: at(121), flags: ['PHONE_CLOCK_BEHIND'] }),
    ['EXPIRED_CODE_ACCEPTED'],
    'operator',
  ],
  ['a gate ahead of its receiver', { receivedAtMs: at(-117) }, ['GATE_CLOCK_AHEAD'], 'user'],
  [
    'a grant that had ended',
    { ...tapped({ tappedAtMs: at(86_400) }), receivedAtMs: at(90_000) },
    ['EXPIRED_CODE_ACCEPTED', 'EXPIRED_GRANT_ACCEPTED'],
    'operator',
  ],
  ['deny-listed later', { denied }, ['DENY_LISTED_LATER'], 'issuer'],
  [
    'deny-listed as the gate knew',
    { ...tapped({ trustVersion: 5 }), denied },
    ['DENY_LISTED_BEFORE'],
    'operator',
  ],
  [
    'deny-listed as it had to know',
    { denied: { sinceVersion: 5, sinceMs: at(-8 * 86_400) } },
    ['DENY_LISTED_BEFORE'],
    'operator',
  ],
  ['more than one ride may cost', tapped({ fareMinor: 3001n }), ['OVER_SINGLE_CAP'], 'operator'],
  [
    'a currency without a cap',
    tapped({ currencyCode: 'CNY' }),
    ['OVER_SINGLE_CAP', 'OVER_TOTAL_CAP_AT_GATE'],
    'operator',
  ],
  [
    'too much at the gate',
    { riddenMinor: 9500n, riddenAtGateMinor: 9500n },
    ['OVER_TOTAL_CAP_AT_GATE'],
    'operator',
  ],
  [
    'too much at all gates',
    { riddenMinor: 9500n, riddenAtGateMinor: 9000n },
    ['OVER_TOTAL_CAP'],
    'issuer',
  ],
  ['all that may be ridden', { riddenMinor: 9220n, riddenAtGateMinor: 9220n }, [], 'user'],
];

test.each(CASES)('%s', (_name, change, findings, liable, deny = []) => {
  expect(classifyTap({ ...HONEST, ...change })).toEqual({ findings, liable, deny });
});

describe('together', () => {
  test('a gate that broke a rule bears it, whatever else holds', () => {
    const change = { earlier: [{ ...earlier, codeDigest: 'e' }], ...tapped({ fareMinor: 3001n }) };
    expect(classifyTap({ ...HONEST, ...change }).liable).toBe('operator');
  });

  test('a code beyond the number of codes is the operator’s', async () => {
    const code = readCode(await signCode({ counter: 101, madeAt: NOW }, grant.bytes, user));
    expect(classifyTap({ ...HONEST, code }).findings).toEqual(['CODES_USED_UP']);
  });

  test('every finding has a case', () => {
    const found = new Set(CASES.flatMap(([, , findings]) => findings));
    expect(FINDINGS.filter((one) => !found.has(one))).toEqual(['CODES_USED_UP']);
  });
});
