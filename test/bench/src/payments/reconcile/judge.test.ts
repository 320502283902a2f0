import { describe, expect, it } from 'vitest';
import type { Charged, Recorded } from './books.ts';
import type { Known } from './journal-file.ts';
import { wrongWith } from './judge.ts';

const known: Known = {
  paymentId: 'p',
  answeredId: 'p',
  partnerId: 'sakura',
  requestId: 'run-1',
  walletId: 'w',
  outcome: 'SUCCEEDED',
  askedPayeeMinor: 1_280n,
  payeeMinor: 1_280n,
  payerMinor: 6_421n,
};
const recorded: Recorded = {
  paymentId: 'p',
  state: 'SUCCEEDED',
  partnerId: 'sakura',
  requestId: 'run-1',
  walletId: 'w',
  payeeMinor: 1_280n,
  payerMinor: 6_421n,
};
const charged: Charged = { paymentId: 'p', state: 'captured', walletId: 'w', amountMinor: 6_421n };

describe('a success', () => {
  it('is right where all three agree', () => {
    expect(wrongWith(known, recorded, charged)).toBeUndefined();
  });

  it.each([
    ['is recorded nowhere', undefined, charged],
    ['is recorded as something else', { ...recorded, state: 'DECLINED' }, charged],
    ['is recorded with another amount', { ...recorded, payerMinor: 6_422n }, charged],
    ['is recorded for another wallet', { ...recorded, walletId: 'x' }, charged],
    ['is recorded of another request', { ...recorded, requestId: 'run-2' }, charged],
    ['was charged to nobody', recorded, undefined],
    ['was undone', recorded, { ...charged, state: 'voided' }],
    ['was charged with another amount', recorded, { ...charged, amountMinor: 6_422n }],
    ['was charged to another wallet', recorded, { ...charged, walletId: 'x' }],
  ])('is wrong where it %s', (_, switched, taken) => {
    expect(wrongWith(known, switched, taken)).toBeDefined();
  });

  it('is wrong where the answer was of another payment or amount', () => {
    expect(wrongWith({ ...known, answeredId: 'q' }, recorded, charged)).toBeDefined();
    expect(wrongWith({ ...known, payeeMinor: 1_281n }, recorded, charged)).toBeDefined();
    expect(wrongWith({ ...known, payerMinor: 6_420n }, recorded, charged)).toBeDefined();
  });
});

describe('what did not succeed', () => {
  it('took nothing', () => {
    const declined = { ...known, outcome: 'DECLINED' } as const;
    const row = { ...recorded, state: 'DECLINED' };
    expect(wrongWith(declined, row, { ...charged, state: 'declined' })).toBeUndefined();
    expect(wrongWith(declined, row, charged)).toBeDefined();
  });

  it('and was refused, is recorded nowhere', () => {
    const refused = { ...known, outcome: 'REFUSED' } as const;
    expect(wrongWith(refused, undefined, undefined)).toBeUndefined();
    expect(wrongWith(refused, recorded, undefined)).toBeDefined();
  });

  it('and is unknown to the client, may be either', () => {
    const unknown = { ...known, outcome: 'UNKNOWN' } as const;
    expect(wrongWith(unknown, recorded, charged)).toBeUndefined();
    expect(wrongWith(unknown, undefined, undefined)).toBeUndefined();
  });
});
