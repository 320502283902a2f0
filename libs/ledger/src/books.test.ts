import { expect, test } from 'vitest';
import { Books } from './books.ts';
import { id, transfer } from './testing/fixtures.ts';

const pay = transfer('pay', 'anna', 'ben');
const capture = transfer('capture', 'anna', 'ben', { kind: 'capture', holdId: id('hold') });
const idsOf = (refs: readonly { lane: number; id: string }[]) => refs.map((ref) => ref.id);

test('books ask for what their transfers touch, each once, and for nothing else', () => {
  const books = new Books([pay, capture]);
  expect(idsOf(books.accountRefs())).toEqual([id('anna'), id('ben')]);
  expect(idsOf(books.transferRefs())).toEqual([id('pay'), id('capture'), id('hold')]);
  expect(idsOf(new Books([pay]).transferRefs())).toEqual([id('pay')]);
});

test('what was not asked for is not taken for what does not exist', () => {
  const books = new Books([pay]);
  expect(books.account({ lane: 3, accountId: id('anna') })).toBeUndefined();
  expect(books.transfer(3, id('pay'))).toBeUndefined();
  expect(() => books.account({ lane: 3, accountId: id('cleo') })).toThrow('was not loaded');
  expect(() => books.account({ lane: 4, accountId: id('anna') })).toThrow('was not loaded');
  expect(() => books.transfer(3, id('other'))).toThrow('was not loaded');
});

test('a rejection is taken back like all else, and its id is free again', () => {
  const books = new Books([pay]);
  const mark = books.mark();
  books.reject(pay, undefined, 'account_not_found');
  expect(books.transfer(3, pay.transferId)).toMatchObject({ outcome: 'account_not_found' });
  books.takeBack(mark);
  expect(books.transfer(3, pay.transferId)).toBeUndefined();
  expect(books.newTransfers()).toEqual([]);
});
