import type { Database } from '@causeway/db';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { dayAfter } from './calendar.ts';
import { type ParticipantKey, participantKey } from './participants.ts';
import { sealThrough } from './seal-worker.ts';
import { accepted, captured, HARBOUR_WALLET, pending, replica, SAKURA } from './world.fixture.ts';

const { db } = await testDatabase(migrations);

const TODAY = '2026-03-13';
const TOMORROW = '2026-03-14';

/** Two replicas, neither of which has the other's picture; the other participant's days stay open. */
async function replicas() {
  await db.query(
    'TRUNCATE payments, payment_facts, refunds, reversals, clearing_participants, clearing_seals',
  );
  return [await replica(db), await replica(db)] as const;
}

type Replica = Awaited<ReturnType<typeof replica>>;

const many = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

/** Lets commits of others go ahead, some of them further than others. */
async function turns({ runtime }: Replica, n: number): Promise<void> {
  for (let turn = 0; turn < n; turn += 1) await runtime.timers.immediate();
}

/**
 * Does something a hundred times, by both replicas in turn, around what `meanwhile` does: ten times
 * before it, ten times after it, and the rest at the same time.
 */
async function around<Done, Sealed>(
  [one, two]: readonly [Replica, Replica],
  act: (by: Replica, n: number) => Promise<Done>,
  meanwhile: () => Promise<Sealed>,
): Promise<{ done: Done[]; sealed: Sealed }> {
  const doAt = async (n: number) => {
    const by = n % 2 === 0 ? one : two;
    await turns(by, n);
    return act(by, n);
  };
  const before = await many(10, doAt);
  const [during, sealed] = await Promise.all([many(80, (n) => doAt(n + 10)), meanwhile()]);
  const after = await many(10, (n) => doAt(n + 90));
  return { done: [...before, ...during, ...after], sealed };
}

function nth<T>(items: readonly T[], n: number): T {
  const item = items[n];
  if (item === undefined) throw new Error(`there is no ${n}`);
  return item;
}

/** Seals day after day from today on, and answers the totals of each as they were at once. */
async function sealing(one: Replica, key: ParticipantKey, count: number) {
  const sealed = new Map<string, unknown>();
  for (let date = TODAY, n = 0; n < count; n += 1, date = dayAfter(date)) {
    await turns(one, 30);
    await sealThrough(one.deps, key, date, 'asked');
    sealed.set(date, await one.totals.of(key, date));
  }
  return sealed;
}

async function expectUnchanged(one: Replica, key: ParticipantKey, sealed: Map<string, unknown>) {
  for (const [date, totals] of sealed) expect(await one.totals.of(key, date)).toEqual(totals);
}

const itemCount = (totals: unknown) =>
  (totals as { itemCount: bigint }[]).reduce((sum, total) => sum + Number(total.itemCount), 0);

/** How many refunds each acquirer's day has. */
async function refundDates() {
  const rows = await db.query<{ date: string; count: bigint }>(
    `SELECT acquirer_clearing_date AS date, count(*) AS count FROM refunds
     WHERE state = 'SUCCEEDED' GROUP BY 1`,
    [],
  );
  return new Map(rows.map(({ date, count }) => [date, Number(count)]));
}

test('a commit that waits for a seal sees it, and is decided again for the next day', async () => {
  const [one] = await replicas();
  const payment = await pending(one.book, 'waits');
  let commit: Promise<unknown> | undefined;
  await db.transaction(async (tx) => {
    const seal = `UPDATE clearing_seals SET sealed_through = $1
                  WHERE participant_kind = $2 AND participant_id = $3`;
    await tx.query(seal, [TODAY, SAKURA.kind, SAKURA.id]);
    await tx.query(
      `UPDATE clearing_participants SET sealed_through = $1, sealed_at = now()
                    WHERE participant_kind = $2 AND participant_id = $3`,
      [TODAY, SAKURA.kind, SAKURA.id],
    );
    commit = captured(one.book, payment);
    await expect.poll(() => waiting(db)).toBe(1);
  });
  expect(await commit).toMatchObject({
    ...{ state: 'SUCCEEDED', acquirerClearingDate: TOMORROW, issuerClearingDate: TODAY },
  });
});

async function waiting(on: Database): Promise<number> {
  const [row] = await on.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    [],
  );
  return Number(row?.count);
}

test.each([SAKURA, HARBOUR_WALLET])(
  'a hundred successes against seals: each is in the day that its row says',
  async (key) => {
    const both = await replicas();
    const [one] = both;
    const payments = await many(100, (n) => pending(one.book, `success ${key.id} ${n}`));
    const { done, sealed } = await around(
      both,
      (by, n) => captured(by.book, nth(payments, n)),
      () => sealing(one, key, 3),
    );
    await expectUnchanged(one, key, sealed);
    const [side, other] =
      key === SAKURA
        ? (['acquirerClearingDate', 'issuerClearingDate'] as const)
        : (['issuerClearingDate', 'acquirerClearingDate'] as const);
    for (const [date, totals] of sealed) {
      expect(itemCount(totals)).toBe(done.filter((payment) => payment[side] === date).length);
    }
    expect(nth(done, 0)[side]).toBe(TODAY);
    expect(nth(done, 99)[side]).toBe('2026-03-16');
    expect(new Set(done.map((payment) => payment[other]))).toEqual(new Set([TODAY]));
  },
);

test('a hundred cancels against a seal: who came before it is out of the day, the others are told', async () => {
  const both = await replicas();
  const [one] = both;
  const payments = await many(100, (n) => pending(one.book, `cancel ${n}`));
  const succeeded = await Promise.all(payments.map((payment) => captured(one.book, payment)));
  const { done: answers, sealed } = await around(
    both,
    (by, n) => by.book.apply(nth(succeeded, n), { kind: 'cancel' }),
    () => sealing(one, SAKURA, 1),
  );
  const refused = answers.filter((answer) => answer.outcome === 'refused');
  expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['CANCEL_TOO_LATE']));
  const taken = answers.filter((answer) => answer.outcome === 'done');
  expect(taken.length).toBeGreaterThanOrEqual(10);
  expect(taken.length + refused.length).toBe(100);
  expect(itemCount(sealed.get(TODAY))).toBe(refused.length);
  // They are carried out after the seal, and keep the day that they were taken out of.
  for (const { payment } of taken) {
    const end = await one.book.apply(payment, { kind: 'fenced' });
    expect(end).toMatchObject({ payment: { state: 'CANCELLED', acquirerClearingDate: TODAY } });
  }
  await expectUnchanged(one, SAKURA, sealed);
});

test('a hundred refunds against seals: each is in the day that its row says', async () => {
  const both = await replicas();
  const [one, two] = both;
  const payments = await many(100, (n) => pending(one.book, `refund ${n}`));
  const begun = await Promise.all(
    payments.map(async (payment) => accepted(one.book, await captured(one.book, payment))),
  );
  const { done, sealed } = await around(
    both,
    (by, n) => {
      const { payment, refund } = nth(begun, n);
      return by.book.apply(payment, { kind: 'refunded', refund });
    },
    () => sealing(two, SAKURA, 2),
  );
  for (const { outcome } of done) expect(outcome).toBe('done');
  await expectUnchanged(one, SAKURA, sealed);
  const dates = await refundDates();
  expect(dates.get(TODAY)).toBeGreaterThanOrEqual(10);
  expect(dates.get('2026-03-15')).toBeGreaterThanOrEqual(10);
  expect(itemCount(sealed.get(TODAY))).toBe(100 + (dates.get(TODAY) ?? 0));
  expect(itemCount(sealed.get(TOMORROW))).toBe(dates.get(TOMORROW) ?? 0);
});

test('a participant whose seals are not there lets nothing pass, and gets them', async () => {
  const [one] = await replicas();
  const payment = await pending(one.book, 'no seals');
  await db.query('TRUNCATE clearing_participants, clearing_seals');
  expect(await captured(one.book, payment)).toMatchObject({ acquirerClearingDate: TODAY });
  const added = await one.clearing.participants();
  expect(added.map(participantKey)).toEqual([SAKURA, HARBOUR_WALLET].map(participantKey));
  const [lanes] = await db.query('SELECT count(*) FROM clearing_seals', []);
  expect(lanes).toEqual({ count: 128n });
});

test('a sealed day is never opened again', async () => {
  const [one] = await replicas();
  await sealThrough(one.deps, SAKURA, TOMORROW, 'asked');
  await sealThrough(one.deps, SAKURA, TODAY, 'asked');
  await one.days.refresh();
  expect(one.days.standing(SAKURA)?.record.sealedThrough).toBe(TOMORROW);
  const undo = 'UPDATE clearing_seals SET sealed_through = NULL';
  await expect(db.query(undo)).rejects.toThrow('not opened again');
});
