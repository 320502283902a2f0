import { expect, test } from 'vitest';
import { type Caller, maySee, ownOf, participantBehind, viewerOf } from './viewer.ts';

const OPERATOR: Caller = { kind: 'operator', id: 'finance' };
const PARTNER: Caller = { kind: 'partner', id: 'sakura' };
const ISSUER: Caller = { kind: 'issuer', id: 'sakura' };
const SERVICE: Caller = { kind: 'service', id: 'sakura' };
const ACQUIRER_SIDE = { kind: 'acquirer', id: 'sakura' } as const;
const ISSUER_SIDE = { kind: 'issuer', id: 'sakura' } as const;

test('a participant sees its own side and nobody else’s, also where the ids are the same', () => {
  expect(viewerOf(PARTNER)).toEqual(ACQUIRER_SIDE);
  expect(viewerOf(ISSUER)).toEqual(ISSUER_SIDE);
  expect([maySee(PARTNER, ACQUIRER_SIDE), maySee(PARTNER, ISSUER_SIDE)]).toEqual([true, false]);
  expect([maySee(ISSUER, ISSUER_SIDE), maySee(ISSUER, ACQUIRER_SIDE)]).toEqual([true, false]);
  expect(maySee(PARTNER, { kind: 'acquirer', id: 'orchid' })).toBe(false);
  expect([ownOf(PARTNER), ownOf(ISSUER)]).toEqual([ACQUIRER_SIDE, ISSUER_SIDE]);
});

test('an operator sees everything and is no participant', () => {
  expect([maySee(OPERATOR, ACQUIRER_SIDE), maySee(OPERATOR, ISSUER_SIDE)]).toEqual([true, true]);
  expect(viewerOf(OPERATOR)).toBe('operator');
  expect([ownOf(OPERATOR), participantBehind(OPERATOR)]).toEqual([undefined, undefined]);
});

test('whoever is neither sees nothing, whatever access rules let in one day', () => {
  expect([maySee(SERVICE, ACQUIRER_SIDE), maySee(SERVICE, ISSUER_SIDE)]).toEqual([false, false]);
  expect(participantBehind(SERVICE)).toBeUndefined();
  expect(() => viewerOf(SERVICE)).toThrow('nothing to see');
  expect(() => ownOf(SERVICE)).toThrow('nothing to see');
});
