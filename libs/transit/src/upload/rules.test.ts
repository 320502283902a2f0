import { describe, expect, test } from 'vitest';
import { type CopyEvidence, type Evidence, judgeCopy, judgeTap, type Ruling } from './rules.ts';

const HONEST: Evidence = {
  ...{ gateTimeMs: 100_000, codeTimeMs: 98_000, trustVersion: 4n, grantExpiresAtMs: 900_000 },
  ...{ denied: undefined, keyRevokedIn: undefined },
};
const brief = ({ finding, liable, isLost, waives, isReported }: Ruling) =>
  [finding, liable, isLost && 'lost', waives && 'waived', isReported && 'reported']
    .filter((word) => word !== false)
    .join(' ');
const denied = { version: 5n, atMs: 60_000, byUser: false };

describe('a tap that counts', () => {
  test.each<[string, Partial<Evidence>, string[]]>([
    ['honest', {}, []],
    ['clocks apart', { codeTimeMs: 69_999 }, ['CLOCK_SKEW nobody']],
    ['over by the gate alone', { gateTimeMs: 900_000 }, ['CLOCK_SKEW nobody']],
    [
      'over by both',
      { gateTimeMs: 900_000, codeTimeMs: 900_000 },
      ['EXPIRED_GRANT operator lost waived'],
    ],
    ['denied later', { denied: { ...denied, atMs: 100_001 } }, ['DENY_LISTED user']],
    ['denied before, not known', { denied }, ['DENY_LISTED user']],
    [
      'denied by its user, not known',
      { denied: { ...denied, byUser: true } },
      ['DENY_LISTED issuer lost waived'],
    ],
    [
      'denied, known',
      { denied: { ...denied, byUser: true }, trustVersion: 5n },
      ['DENY_LISTED operator lost waived'],
    ],
    ['key revoked, not known', { keyRevokedIn: 5n }, ['DENY_LISTED user']],
    ['key revoked, known', { keyRevokedIn: 4n }, ['DENY_LISTED operator lost waived']],
  ])('%s', (_name, change, rulings) => {
    expect(judgeTap({ ...HONEST, ...change }).map(brief)).toEqual(rulings);
  });
});

describe('a counter that came before', () => {
  const copy: CopyEvidence = {
    ...{
      gateTimeMs: 100_000,
      codeTimeMs: 98_000,
      isSameCode: true,
      isSameGate: false,
      isSameOperator: false,
    },
  };
  test.each<[string, Partial<CopyEvidence>, string]>([
    ['of another operator', {}, 'REPLAYED_CODE issuer lost reported'],
    ['at another gate', { isSameOperator: true }, 'REPLAYED_CODE operator lost reported'],
    ['at the same gate', { isSameGate: true }, 'REPLAYED_CODE operator lost'],
    ['too old for any gate', { codeTimeMs: -20_001 }, 'REPLAYED_CODE operator lost reported'],
    ['in another code', { isSameCode: false }, 'CLONED_KEY issuer lost reported'],
    [
      'in another code, same gate',
      { isSameCode: false, isSameGate: true },
      'CLONED_KEY issuer lost reported',
    ],
  ])('%s', (_name, change, ruling) => {
    expect(brief(judgeCopy({ ...copy, ...change }))).toBe(ruling);
  });
});
