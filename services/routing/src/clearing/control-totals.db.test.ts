import { createHash } from 'node:crypto';
import type { Money } from '@causeway/proto/common';
import type { ControlTotal } from '@causeway/proto/routing';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { routeTo } from '../testing/world.fixture.ts';
import { controlTotals } from './control-totals.ts';
import { sealThrough } from './seal-worker.ts';
import { accepted, captured, HARBOUR_WALLET, pending, replica, SAKURA } from './world.fixture.ts';

const { db } = await testDatabase(migrations);
const one = await replica(db, {
  routes: [routeTo('sakura-jp'), routeTo('lanna-jp', { partnerId: 'lanna' })],
});

const participant = { participantKind: SAKURA.kind, participantId: SAKURA.id };
const TODAY = '2026-03-13';

interface Item {
  kind: 'capture' | 'refund';
  subjectId: string;
  payer: bigint;
  payee: bigint;
}

/** The totals as the contract says them, without SQL. */
function expected(items: readonly Item[], payerCurrency: string, payeeCurrency: string) {
  const sum = (kind: Item['kind'], side: 'payer' | 'payee', currencyCode: string): Money => ({
    currencyCode,
    amountMinor: items.reduce((all, item) => all + (item.kind === kind ? item[side] : 0n), 0n),
  });
  const hash = ({ kind, subjectId, payer, payee }: Item) =>
    createHash('sha256').update(`${kind} ${subjectId} ${payer} ${payee}`).digest();
  const sums = items.map((item) => BigInt(`0x${hash(item).subarray(0, 7).toString('hex')}`));
  return {
    itemCount: BigInt(items.length),
    payerCaptured: sum('capture', 'payer', payerCurrency),
    payeeCaptured: sum('capture', 'payee', payeeCurrency),
    payerRefunded: sum('refund', 'payer', payerCurrency),
    payeeRefunded: sum('refund', 'payee', payeeCurrency),
    itemHashSum: String(sums.reduce((all, each) => all + each, 0n)),
  } satisfies ControlTotal;
}

const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });

test('are what was captured and refunded on the day, pair by pair, without what is cancelled', async () => {
  const capture = async (name: string, changes = {}) =>
    captured(one.book, await pending(one.book, name, changes));
  const items: Item[] = [];
  for (const name of ['a', 'b', 'c']) {
    const { paymentId } = await capture(name);
    items.push({ kind: 'capture', subjectId: paymentId, payer: 6_421n, payee: 1_280n });
  }
  const refunded = await capture('refunded');
  items.push({ kind: 'capture', subjectId: refunded.paymentId, payer: 6_421n, payee: 1_280n });
  const { payment, refund } = await accepted(one.book, refunded, 280n);
  await one.book.apply(payment, { kind: 'refunded', refund });
  items.push({ kind: 'refund', subjectId: refund.refundId, payer: 1_404n, payee: 280n });

  const local = await capture('one currency', {
    ...{ payeeAmount: hkd(500n), payerAmount: hkd(500n) },
  });
  const others: Item[] = [
    { kind: 'capture', subjectId: local.paymentId, payer: 500n, payee: 500n },
  ];
  await one.book.apply(await capture('cancelling'), { kind: 'cancel' });
  const cancelled = await one.book.apply(await capture('cancelled'), { kind: 'cancel' });
  if (cancelled.outcome !== 'done') throw new Error('not cancelled');
  await one.book.apply(cancelled.payment, { kind: 'fenced' });
  await pending(one.book, 'pending');
  await accepted(one.book, await capture('elsewhere', { partnerId: 'lanna', routeId: 'lanna-jp' }));

  const ask = { participant, clearingDate: TODAY };
  const deps = { ...one.deps, totals: one.totals };
  await expect(controlTotals(deps, ask)).rejects.toMatchObject({ reason: 'DAY_NOT_SEALED' });
  await sealThrough(one.deps, SAKURA, TODAY, 'asked');
  const totals = await controlTotals(deps, ask);
  expect(totals).toEqual([expected(others, 'HKD', 'HKD'), expected(items, 'HKD', 'JPY')]);
  expect(await controlTotals(deps, { ...ask, clearingDate: '2026-03-12' })).toEqual([]);
  const issuer = await one.totals.of(HARBOUR_WALLET, TODAY);
  expect(issuer.map(({ itemCount }) => itemCount)).toEqual([1n, 6n]);
});
