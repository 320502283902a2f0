import { ParticipantKind } from '@causeway/proto/common';
import { armFailpoints } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { beforeEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { routeTo } from '../testing/world.fixture.ts';
import { listDays } from './list-days.ts';
import type { ParticipantKey } from './participants.ts';
import { putTerms } from './put-terms.ts';
import { sealDay } from './seal-day.ts';
import { sealEndedDays } from './seal-worker.ts';
import { captured, HARBOUR_WALLET, pending, replica, SAKURA } from './world.fixture.ts';

const { db } = await testDatabase(migrations);

beforeEach(async () => {
  await db.query(
    'TRUNCATE payments, payment_facts, refunds, reversals, clearing_participants, clearing_seals',
  );
});

type Replica = Awaited<ReturnType<typeof replica>>;

const BANGKOK = { timeZone: 'Asia/Bangkok', cutOffSeconds: 0 };
const TWO_ZONES = [
  routeTo('sakura-jp'),
  routeTo('sakura-th', { countryCode: 'TH', clearing: BANGKOK }),
];

async function moveTo({ runtime }: Replica, iso: string): Promise<void> {
  await runtime.advance(Date.parse(iso) - runtime.clock.nowMs());
}

async function dayOf(one: Replica, { kind, id }: ParticipantKey) {
  const days = await listDays(one.deps);
  const found = days.find(
    ({ participant }) => participant?.participantKind === kind && participant.participantId === id,
  );
  if (!found) throw new Error(`${id} is not listed`);
  return found;
}

const named = ({ kind, id }: ParticipantKey) => ({ participantKind: kind, participantId: id });

test('midnight over two zones: each route stamps its own day, and the last of them ends it', async () => {
  const one = await replica(db, { routes: TWO_ZONES });
  const via = async (routeId: string, name: string) =>
    (await captured(one.book, await pending(one.book, name, { routeId }))).acquirerClearingDate;
  await moveTo(one, '2026-03-13T15:00:00Z');
  await sealEndedDays(one.deps);
  expect(await via('sakura-jp', 'tokyo after midnight')).toBe('2026-03-14');
  expect(await via('sakura-th', 'bangkok before')).toBe('2026-03-13');
  await moveTo(one, '2026-03-13T17:14:59Z');
  await sealEndedDays(one.deps);
  expect(await dayOf(one, SAKURA)).toMatchObject({
    ...{ openDate: '2026-03-14', sealedDate: '2026-03-12', clearing: BANGKOK },
  });
  // The wallet operator's day has ended with Tokyo's two hours before.
  expect(await dayOf(one, HARBOUR_WALLET)).toMatchObject({ sealedDate: '2026-03-13' });
  await moveTo(one, '2026-03-13T17:15:00Z');
  await sealEndedDays(one.deps);
  const sealed = await dayOf(one, SAKURA);
  expect(sealed.sealedDate).toBe('2026-03-13');
  expect(sealed.sealTime).toEqual(new Date('2026-03-13T17:15:00Z'));
});

test('an early close seals the running day, and what comes later is of the next', async () => {
  const one = await replica(db);
  const before = await captured(one.book, await pending(one.book, 'before the close'));
  const ask = { participant: named(SAKURA), clearingDate: '2026-03-13' };
  const tooEarly = sealDay(one.deps, { ...ask, clearingDate: '2026-03-14' });
  await expect(tooEarly).rejects.toMatchObject({ reason: 'DAY_NOT_OPEN' });
  const closed = await sealDay(one.deps, ask);
  expect(closed).toMatchObject({ openDate: '2026-03-14', sealedDate: '2026-03-13' });
  const again = await sealDay(one.deps, ask);
  expect(again).toEqual(closed);
  const cancel = await one.book.apply(before, { kind: 'cancel' });
  expect(cancel).toEqual({ outcome: 'refused', reason: 'CANCEL_TOO_LATE' });
  const after = await captured(one.book, await pending(one.book, 'after the close'));
  expect(after).toMatchObject({
    ...{ acquirerClearingDate: '2026-03-14', issuerClearingDate: '2026-03-13' },
  });
  expect((await one.book.apply(after, { kind: 'cancel' })).outcome).toBe('done');
  await moveTo(one, '2026-03-13T15:15:00Z');
  await sealEndedDays(one.deps);
  expect(await dayOf(one, SAKURA)).toMatchObject({
    ...{ openDate: '2026-03-14', sealedDate: '2026-03-13', sealTime: closed.sealTime },
  });
});

test('days that ended while nobody was there are sealed after it', async () => {
  const one = await replica(db);
  await sealEndedDays(one.deps);
  await captured(one.book, await pending(one.book, 'before the outage'));
  const back = await replica(db, { startMs: Date.parse('2026-03-20T03:00:00Z') });
  await sealEndedDays(back.deps);
  for (const key of [SAKURA, HARBOUR_WALLET]) {
    const day = { openDate: '2026-03-20', sealedDate: '2026-03-19' };
    expect(await dayOf(back, key)).toMatchObject(day);
  }
  const [total, ...others] = await back.totals.of(SAKURA, '2026-03-13');
  expect(total).toMatchObject({
    itemCount: 1n,
    payerCaptured: { currencyCode: 'HKD', amountMinor: 6_421n },
    payeeCaptured: { currencyCode: 'JPY', amountMinor: 1_280n },
  });
  expect(others).toEqual([]);
});

test('two replicas seal a day once, and a crash at either boundary leaves it to the next look', async () => {
  const replicas = [await replica(db), await replica(db)] as const;
  const [one, two] = replicas;
  for (const each of replicas) await moveTo(each, '2026-03-13T15:15:00Z');
  for (const point of ['routing.seal.due', 'routing.seal.committed']) {
    await db.query('TRUNCATE clearing_participants, clearing_seals');
    armFailpoints(`${point}=error@1`);
    await expect(sealEndedDays(one.deps)).rejects.toThrow(point);
    armFailpoints(undefined);
    await Promise.all(replicas.map(({ deps }) => sealEndedDays(deps)));
    expect(await dayOf(two, SAKURA)).toMatchObject({ sealedDate: '2026-03-13' });
    const [lanes] = await db.query(
      `SELECT count(*) FROM clearing_seals WHERE sealed_through = '2026-03-13'`,
      [],
    );
    expect(lanes).toEqual({ count: 128n });
  }
  const seals = replicas.flatMap(({ runtime }) =>
    runtime.logged.filter(({ message }) => message === 'clearing days are sealed'),
  );
  expect(seals.length).toBeLessThanOrEqual(4);
});

test("terms that settlement puts win over the directory's, here at once and elsewhere soon", async () => {
  const [one, two] = [await replica(db, { routes: TWO_ZONES }), await replica(db)];
  await two.days.start();
  const clearing = { timeZone: 'Asia/Tokyo', cutOffSeconds: 11 * 3_600 };
  const put = { participant: named(SAKURA), clearing, settlementCurrencyCode: 'USD' };
  await putTerms(one.deps, put);
  // It is noon in Tokyo, an hour after the new cut-off.
  expect(await dayOf(one, SAKURA)).toMatchObject({ clearing, openDate: '2026-03-14' });
  await two.runtime.advance(500);
  await expect.poll(() => two.days.standing(SAKURA)?.record.settlementCurrencyCode).toBe('USD');
  expect(await captured(two.book, await pending(two.book, 'new terms'))).toMatchObject({
    ...{ acquirerClearingDate: '2026-03-14', issuerClearingDate: '2026-03-13' },
  });
  await sealEndedDays(one.deps);
  // The day does not go back with the old terms.
  await putTerms(one.deps, { ...put, clearing: BANGKOK, settlementCurrencyCode: '' });
  expect(await dayOf(one, SAKURA)).toMatchObject({ clearing: BANGKOK, openDate: '2026-03-14' });
  await two.days.stop();
});

test('what nobody can clear by is refused, field by field', async () => {
  const one = await replica(db);
  const bad = {
    participant: { participantKind: ParticipantKind.ISSUER, participantId: 'Harbour Wallet' },
    clearing: { timeZone: 'Asia/Hongkong City', cutOffSeconds: 86_400 },
    settlementCurrencyCode: 'HKD',
  };
  await expect(putTerms(one.deps, bad)).rejects.toMatchObject({
    reason: 'FIELD_INVALID',
    fields: [
      { field: 'participant.participant_id' },
      { field: 'clearing.time_zone' },
      { field: 'clearing.cut_off_seconds' },
      { field: 'settlement_currency_code' },
    ],
  });
  const unknown = { participantKind: ParticipantKind.ACQUIRER, participantId: 'nobody' };
  const ask = { participant: unknown, clearingDate: '2026-03-13' };
  await expect(sealDay(one.deps, ask)).rejects.toMatchObject({ reason: 'PARTICIPANT_UNKNOWN' });
  const noDay = { participant: named(SAKURA), clearingDate: '2026-02-30' };
  await expect(sealDay(one.deps, noDay)).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
});
