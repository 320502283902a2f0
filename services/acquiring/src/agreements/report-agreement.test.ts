import { AgreementState } from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changes } from './report-agreement.ts';
import type { AgreementRow } from './store.ts';

const { OFFERED, ACTIVE, SUSPENDED, ENDED } = AgreementState;
const OFFER: AgreementRow = {
  ...{ agreementId: 'a', partnerId: 'siam', description: 'rides', ttlSeconds: 600 },
  ...{ state: OFFERED, issuerId: null, version: 0n, isPast: false },
  ...{ expiresAt: new Date(0), createdAt: new Date(0), updatedAt: new Date(0) },
  ...{ merchantId: 'm', displayName: 'Rides', countryCode: 'TH', city: '', categoryCode: '4121' },
};
const SIGNED: AgreementRow = { ...OFFER, state: ACTIVE, issuerId: 'harbour-wallet', version: 3n };

const report = (state: AgreementState, version: bigint, issuerId = 'harbour-wallet') => ({
  ...{ state, version, issuerId, wasShown: true },
});

/** Of somebody who knows the id and nothing else. */
const unseen = (state: AgreementState, version: bigint) => ({
  ...report(state, version),
  wasShown: false,
});

function outcome(known: AgreementRow, told: ReturnType<typeof report>): boolean | string {
  try {
    return changes(known, told);
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}

test.each([
  ['the first report signs', OFFER, report(ACTIVE, 1n), true],
  ['unless its user was not shown the offer', OFFER, unseen(ACTIVE, 1n), 'AGREEMENT_UNKNOWN'],
  ['also of one that is over', { ...OFFER, isPast: true }, unseen(ENDED, 1n), 'AGREEMENT_UNKNOWN'],
  ['later ones need not show it', SIGNED, unseen(SUSPENDED, 4n), true],
  ['a suspension signs nothing', OFFER, report(SUSPENDED, 2n), 'AGREEMENT_UNKNOWN'],
  ['an end signs nothing', OFFER, report(ENDED, 1n), 'AGREEMENT_UNKNOWN'],
  [
    'an offer whose time is over',
    { ...OFFER, isPast: true },
    report(ACTIVE, 1n),
    'AGREEMENT_ENDED',
  ],
  [
    'an offer that was taken back',
    { ...OFFER, state: ENDED },
    report(ACTIVE, 1n),
    'AGREEMENT_ENDED',
  ],
  ['its end is no news', { ...OFFER, state: ENDED }, report(ENDED, 1n), false],
  ['another operator', SIGNED, report(ACTIVE, 9n, 'peak-wallet'), 'AGREEMENT_TAKEN'],
  ['the same again', SIGNED, report(ACTIVE, 3n), false],
  ['an older one', SIGNED, report(SUSPENDED, 2n), false],
  ['a newer one', SIGNED, report(SUSPENDED, 4n), true],
  ['the end', SIGNED, report(ENDED, 4n), true],
  ['an old report of one that ended', { ...SIGNED, state: ENDED }, report(ACTIVE, 3n), false],
  ['after the end', { ...SIGNED, state: ENDED }, report(ACTIVE, 4n), 'AGREEMENT_ENDED'],
  ['the operator’s own end after it', { ...SIGNED, state: ENDED }, report(ENDED, 4n), true],
  ['signed in time, reported late', { ...SIGNED, isPast: true }, report(SUSPENDED, 4n), true],
] as const)('%s', (_, known, told, expected) => {
  expect(outcome(known, told)).toBe(expected);
});

test('in whatever order reports come, and come again, the newest counts and the end stays', () => {
  const history = fc.array(fc.constantFrom(ACTIVE, SUSPENDED), { minLength: 1, maxLength: 6 });
  const run = fc.tuple(history, fc.boolean()).chain(([states, ends]) => {
    const told = [...states, ...(ends ? [ENDED] : [])].map((state, at) =>
      report(state, BigInt(at + 1)),
    );
    return fc.shuffledSubarray([...told, ...told], { minLength: 2 * told.length });
  });
  fc.assert(
    fc.property(run, (reports) => {
      let known: AgreementRow = { ...SIGNED, version: 0n };
      for (const told of reports) {
        if (outcome(known, told) === true) known = { ...known, ...told };
      }
      const newest = reports.reduce((a, b) => (b.version > a.version ? b : a));
      expect(known).toMatchObject(newest);
    }),
  );
});
