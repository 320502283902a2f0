import { laneOf } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { builtInAgreement } from '../agreements/agreement.ts';
import { encoded, factsOf, type Story, TOKYO } from '../booking/facts.fixture.ts';
import { bookFacts } from '../events.ts';
import type { ParticipantRef } from '../participants.ts';
import { withChargedItems } from '../windows/draw-up.ts';
import type { Item } from '../windows/item.ts';
import { bookedTotals } from '../windows/items-store.ts';
import { openWindow } from '../windows/store.ts';
import { gathered } from './gather.ts';
import { reportHtml } from './write.ts';

const { db } = await testDatabase(migrations);
const DAY = '2026-11-16';
const KUMO = { kind: 'acquirer', id: 'kumo' } as const;
const HARBOUR = { kind: 'issuer', id: TOKYO.issuerId } as const;
const agreed = async (participant: ParticipantRef) => ({
  ...builtInAgreement(participant),
  day: { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 },
});
const deps = { db, agreements: { inForce: agreed, version: agreed } };

async function happen(stories: readonly Story[]): Promise<void> {
  await bookFacts(
    db,
    stories.flatMap(factsOf).map((fact) => ({
      lane: laneOf(fact.payment?.paymentId ?? ''),
      factId: fact.factId,
      subject: 'causeway.routing.payment.test.v1',
      ...encoded(fact),
    })),
  );
}

test('a report tells what the books hold of the day, and lists the first items alone', async () => {
  const refunds = [{ payeeMinor: 640n, parts: [3_203n, 48n, 0n] as [bigint, bigint, bigint] }];
  const stories = Array.from({ length: 230 }, (_, n) => ({
    ...{ ...TOKYO, partnerId: KUMO.id, day: DAY, name: `payment ${n}` },
    ...(n % 10 === 3 && { refunds }),
    ...(n % 10 === 7 && { cancelled: true }),
    ...(n % 10 === 5 && { settled: { currencyCode: 'USD', amountMinor: 835n, rate: '0.00652' } }),
  }));
  await happen(stories);
  for (const participant of [KUMO, HARBOUR]) {
    const key = { participant, clearingDate: DAY };
    await db.transaction((tx) => openWindow(tx, key, new Date()));
    const report = await gathered(deps, key);
    const [total] = await bookedTotals(db, key);
    const { hours, fx, merchants } = report;
    const sum = (of: readonly bigint[]) => of.reduce((all, one) => all + one, 0n);
    const count = hours.map(({ captureCount, refundCount }) => captureCount + refundCount);
    expect(sum(count)).toBe(total?.itemCount);
    const own = hours.filter(({ currencyCode }) => currencyCode !== 'USD');
    const captured = participant === KUMO ? 184n * 1_280n : 207n * 6_503n;
    const refunded = participant === KUMO ? 23n * 640n : 23n * 3_251n;
    expect(sum(own.map(({ capturedMinor }) => capturedMinor))).toBe(captured);
    expect(sum(own.map(({ refundedMinor }) => refundedMinor))).toBe(refunded);
    // 04:00 UTC is 13:00 in Tokyo.
    expect(new Set(hours.map(({ hour }) => hour))).toEqual(new Set([13]));
    expect(fx).toMatchObject([{ payerCurrency: 'HKD', count: 207n, payerMinor: 207n * 6_503n }]);
    const [pair] = fx;
    const parts = [pair?.midMinor, pair?.markupMinor, pair?.residualMinor].map(
      (part) => part ?? 0n,
    );
    expect(sum(parts)).toBe(pair?.payerMinor);
    expect(sum(merchants.map(({ captureCount }) => captureCount))).toBe(207n);
    const listed = await withChargedItems(deps, key, await agreed(participant), async (items) => {
      const all: Item[] = [];
      for await (const item of items) all.push(item);
      return all;
    });
    expect(report.items).toEqual(listed.slice(0, 200));
    expect(reportHtml(report)).toContain('The first 200 of 230 items');
  }
});

test('a day that nobody opened has no report', async () => {
  const never = gathered(deps, { participant: KUMO, clearingDate: '2026-11-17' });
  await expect(never).rejects.toMatchObject({ reason: 'WINDOW_UNKNOWN' });
});
