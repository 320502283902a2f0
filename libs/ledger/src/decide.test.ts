import { describe, expect, test } from 'vitest';
import { type AccountDefinition, availableMinor, postedMinor } from './account.ts';
import { Books } from './books.ts';
import { decide } from './decide.ts';
import { house, id, transfer, wallet } from './testing/fixtures.ts';
import type { Transfer } from './transfer.ts';

const everybody = [
  house('float'),
  wallet('anna'),
  wallet('ben'),
  house('cash', { mayGoNegative: false }),
  wallet('yen', { currencyCode: 'JPY' }),
];
const topUp = transfer('top up', 'float', 'anna', { amountMinor: 5_000n });
const none = { debitsPosted: 0n, creditsPosted: 0n, debitsHeld: 0n, creditsHeld: 0n };

/** Books on whatever the transfers touch, with every account at zero. */
function booksFor(
  transfers: readonly Transfer[],
  accounts: AccountDefinition[] = everybody,
): Books {
  const books = new Books(transfers, accounts);
  for (const { lane, accountId, currencyCode, normalSide, mayGoNegative } of accounts) {
    const terms = { lane, accountId, currencyCode, normalSide, mayGoNegative };
    books.loadAccount({ ...terms, ...none, seq: 0n });
  }
  return books;
}

/** Decides in one batch on fresh books; answers the outcomes and the books. */
function run(...transfers: Transfer[]) {
  const books = booksFor(transfers);
  const results = decide(books, transfers);
  const account = (name: string) => {
    const found = books.account({ lane: 3, accountId: id(name) });
    if (found === undefined) throw new Error(`no account ${name}`);
    return found;
  };
  return { results, outcomes: results.map(({ outcome }) => outcome), books, account };
}

const held = transfer('hold', 'anna', 'ben', { kind: 'hold', amountMinor: 3_000n });
const resolve = (name: string, kind: 'capture' | 'void', amountMinor: bigint) =>
  transfer(name, 'anna', 'ben', { kind, amountMinor, holdId: held.transferId });

describe('posting', () => {
  test('each transfer sees what the one before it did', () => {
    const pay = (n: number) => transfer(`pay ${n}`, 'anna', 'ben', { amountMinor: 2_000n });
    const { outcomes, account } = run(topUp, pay(1), pay(2), pay(3));
    expect(outcomes).toEqual(['posted', 'posted', 'posted', 'insufficient_funds']);
    expect(postedMinor(account('anna'))).toBe(1_000n);
    expect(postedMinor(account('ben'))).toBe(4_000n);
    expect(account('anna').seq).toBe(3n);
  });

  test('hundreds of transfers on one account make one update of it', () => {
    const many = Array.from({ length: 500 }, (_, n) =>
      transfer(`many ${n}`, 'float', 'ben', { amountMinor: 1n }),
    );
    const { books, account } = run(...many);
    expect(account('ben')).toMatchObject({ creditsPosted: 500n, seq: 500n });
    expect(books.changedAccounts()).toHaveLength(2);
    expect(books.newTransfers().map(({ effect }) => effect?.creditSeq)).toEqual(
      many.map((_, n) => BigInt(n + 1)),
    );
  });

  test('an account that grows on debit is not overdrawn by credits', () => {
    const bank = transfer('bank', 'cash', 'float', { amountMinor: 100n });
    const payOut = transfer('pay out', 'float', 'cash', { amountMinor: 101n });
    const reversed = run(
      transfer('in', 'cash', 'anna', { amountMinor: 100n }),
      transfer('out', 'anna', 'cash', { amountMinor: 100n }),
      transfer('too much', 'float', 'cash', { amountMinor: 1n }),
    );
    expect(run(bank, payOut).outcomes).toEqual(['posted', 'insufficient_funds']);
    expect(reversed.outcomes).toEqual(['posted', 'posted', 'insufficient_funds']);
  });

  test('accounts must exist and be of the transfer’s currency', () => {
    expect(run(transfer('to nobody', 'float', 'nobody')).outcomes).toEqual(['account_not_found']);
    expect(run(transfer('by nobody', 'nobody', 'ben')).outcomes).toEqual(['account_not_found']);
    expect(run(transfer('other lane', 'float', 'anna', { lane: 4 })).outcomes).toEqual([
      'account_not_found',
    ]);
    expect(run(transfer('yen', 'float', 'yen')).outcomes).toEqual(['currency_mismatch']);
  });

  const MOST = 2n ** 63n - 1n;
  test.each<[string, string, Partial<typeof none>]>([
    ['of what came in', 'anna', { creditsPosted: MOST - 4_999n }],
    ['of what came in and will', 'anna', { creditsPosted: MOST - 5_000n, creditsHeld: 1n }],
    ['of what went out', 'float', { debitsPosted: MOST - 4_999n }],
    ['of what went out and will', 'float', { debitsPosted: MOST - 5_000n, debitsHeld: 1n }],
  ])('a total that BIGINT cannot hold is refused: %s', (_, name, full) => {
    const outcomeAt = (totals: Partial<typeof none>) => {
      const books = booksFor([topUp]);
      const account = books.account({ lane: 3, accountId: id(name) });
      if (account === undefined) throw new Error(`no account ${name}`);
      books.loadAccount({ ...account, ...totals });
      return decide(books, [topUp])[0]?.outcome;
    };
    expect(outcomeAt(full)).toBe('balance_too_large');
    const less = Object.entries(full).map(([total, minor]) => [total, minor - 1n]);
    expect(outcomeAt(Object.fromEntries(less))).toBe('posted');
  });

  test('the largest amount is posted', () => {
    const largest = transfer('largest', 'float', 'anna', { amountMinor: 10n ** 15n });
    expect(run(largest).outcomes).toEqual(['posted']);
  });
});

describe('holds', () => {
  test('what is held cannot be spent, and has not arrived', () => {
    const { outcomes, account } = run(
      topUp,
      held,
      transfer('spend', 'anna', 'ben', { amountMinor: 2_001n }),
      transfer('spend by ben', 'ben', 'anna', { amountMinor: 1n }),
    );
    expect(outcomes).toEqual(['posted', 'posted', 'insufficient_funds', 'insufficient_funds']);
    expect(availableMinor(account('anna'))).toBe(2_000n);
    expect(postedMinor(account('anna'))).toBe(5_000n);
  });

  test('a capture of a part releases the rest', () => {
    const { outcomes, account } = run(topUp, held, resolve('capture', 'capture', 1_200n));
    expect(outcomes).toEqual(['posted', 'posted', 'posted']);
    expect(account('anna')).toMatchObject({ debitsPosted: 1_200n, debitsHeld: 0n });
    expect(account('ben')).toMatchObject({ creditsPosted: 1_200n, creditsHeld: 0n });
  });

  test('a void releases all', () => {
    const { account } = run(topUp, held, resolve('void', 'void', 3_000n));
    expect(account('anna')).toMatchObject({ debitsPosted: 0n, debitsHeld: 0n });
  });

  test('a hold is resolved once', () => {
    const capture = resolve('capture', 'capture', 3_000n);
    const late = resolve('void', 'void', 3_000n);
    expect(run(topUp, held, capture, late).outcomes[3]).toBe('hold_resolved');
    expect(run(topUp, held, late, capture).outcomes[3]).toBe('hold_resolved');
  });

  test('a capture or a void fits its hold', () => {
    const outcomeOf = (resolution: Transfer) => run(topUp, held, resolution).outcomes[2];
    const other = { ...resolve('other', 'capture', 1n), credit: id('float') };
    const elsewhere = { ...resolve('elsewhere', 'capture', 1n), debit: id('float') };
    const ofPost = { ...resolve('of post', 'void', 5_000n), holdId: topUp.transferId };
    expect(outcomeOf(resolve('more', 'capture', 3_001n))).toBe('hold_exceeded');
    expect(outcomeOf(resolve('part', 'void', 2_999n))).toBe('hold_mismatch');
    expect(outcomeOf(other)).toBe('hold_mismatch');
    expect(outcomeOf(elsewhere)).toBe('hold_mismatch');
    expect(outcomeOf(ofPost)).toBe('hold_not_found');
    expect(run(topUp, resolve('early', 'void', 3_000n)).outcomes[1]).toBe('hold_not_found');
  });
});

describe('ids', () => {
  test('the same content again is the same outcome again', () => {
    const poor = transfer('poor', 'anna', 'ben');
    const { results, books } = run(poor, poor, topUp, topUp, poor);
    expect(results.map(({ outcome, replay }) => [outcome, replay])).toEqual([
      ['insufficient_funds', false],
      ['insufficient_funds', true],
      ['posted', false],
      ['posted', true],
      ['insufficient_funds', true],
    ]);
    expect(books.newTransfers()).toHaveLength(2);
  });

  test.each<[string, Partial<Transfer>]>([
    ['kind', { kind: 'hold' }],
    ['debit', { debit: id('ben') }],
    ['credit', { credit: id('ben') }],
    ['currency', { currencyCode: 'JPY' }],
    ['amount', { amountMinor: 5_001n }],
    ['code', { code: 'other' }],
    ['reference', { reference: 'other' }],
  ])('other content under a taken id is a conflict: %s', (_, change) => {
    const { outcomes, books } = run(topUp, { ...topUp, ...change });
    expect(outcomes).toEqual(['posted', 'id_conflict']);
    expect(books.newTransfers()).toHaveLength(1);
  });
});

test('a capture of another hold under a taken id is a conflict', () => {
  const second = transfer('second', 'anna', 'ben', { kind: 'hold', amountMinor: 1_000n });
  const capture = resolve('capture', 'capture', 1_000n);
  const { outcomes } = run(topUp, held, second, capture, {
    ...capture,
    holdId: second.transferId,
  });
  expect(outcomes.slice(3)).toEqual(['posted', 'id_conflict']);
});

describe('linked transfers', () => {
  const first = transfer('first', 'anna', 'ben', { linkedWithNext: true });
  const last = transfer('last', 'ben', 'float', { amountMinor: 1_000n });

  test('all are posted, the later seeing the earlier', () => {
    expect(run(topUp, first, last).outcomes).toEqual(['posted', 'posted', 'posted']);
  });

  test('one that fails takes all with it, and every id is taken', () => {
    const tooMuch = { ...last, amountMinor: 1_001n };
    const { outcomes, books, account } = run(topUp, first, tooMuch, first, tooMuch);
    expect(outcomes.slice(1)).toEqual([
      'linked_failed',
      'insufficient_funds',
      'linked_failed',
      'insufficient_funds',
    ]);
    expect(books.newTransfers()).toHaveLength(3);
    expect(account('anna')).toMatchObject({ debitsPosted: 0n, seq: 1n });
    expect(account('ben')).toMatchObject({ seq: 0n });
  });

  test('one that fails late takes back all that its chain did to one account', () => {
    const again = { ...transfer('again', 'anna', 'ben'), linkedWithNext: true };
    const tooMuch = transfer('too much', 'anna', 'ben', { amountMinor: 3_001n });
    const { outcomes, account } = run(topUp, first, again, tooMuch);
    expect(outcomes.slice(1)).toEqual(['linked_failed', 'linked_failed', 'insufficient_funds']);
    expect(account('anna')).toMatchObject({ creditsPosted: 5_000n, debitsPosted: 0n, seq: 1n });
    expect(account('ben')).toMatchObject({ creditsPosted: 0n, seq: 0n });
  });

  test('a hold that a failed chain captured can still be captured', () => {
    const chained = { ...resolve('chained', 'capture', 3_000n), linkedWithNext: true };
    const impossible = transfer('impossible', 'anna', 'ben', { amountMinor: 9_000n });
    const { outcomes } = run(topUp, held, chained, impossible, resolve('alone', 'capture', 1n));
    expect(outcomes.slice(2)).toEqual(['linked_failed', 'insufficient_funds', 'posted']);
  });

  test('a member of one chain is not a transfer of its own, nor of another chain', () => {
    const alone = { ...first, linkedWithNext: false };
    const newcomer = transfer('newcomer', 'anna', 'ben');
    const { outcomes } = run(topUp, first, last, alone, { ...first }, newcomer);
    expect(outcomes.slice(3)).toEqual(['id_conflict', 'id_conflict', 'linked_failed']);
  });
});

describe('what no caller may send', () => {
  const malformed: [string, Partial<Transfer>][] = [
    ['no amount', { amountMinor: 0n }],
    ['a negative amount', { amountMinor: -1n }],
    ['an amount beyond the limit', { amountMinor: 10n ** 15n + 1n }],
    ['one account on both sides', { credit: id('float') }],
    ['a lane that does not exist', { lane: 64 }],
    ['a lane below all', { lane: -1 }],
    ['a lane between two', { lane: 0.5 }],
    ['a capture of nothing', { kind: 'capture' }],
    ['a capture of what is no id', { kind: 'capture', holdId: 'HOLD' }],
    ['a post of a hold', { holdId: id('hold') }],
    ['an id in upper case', { transferId: topUp.transferId.toUpperCase() }],
    ['a chain without an end', { linkedWithNext: true }],
  ];
  test.each(malformed)('%s', (_, change) => {
    const wrong = { ...topUp, ...change };
    expect(() => decide(booksFor([wrong]), [wrong])).toThrow(RangeError);
  });

  test('a chain across lanes', () => {
    const chain = [
      { ...topUp, linkedWithNext: true },
      transfer('elsewhere', 'float', 'ben', { lane: 4 }),
    ];
    expect(() => decide(booksFor(chain), chain)).toThrow('leaves its lane');
  });

  test('a transfer that the books were not opened on', () => {
    expect(() => decide(booksFor([]), [topUp])).toThrow('was not loaded');
  });
});
