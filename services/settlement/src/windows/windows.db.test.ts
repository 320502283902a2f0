import { signingKey } from '@causeway/clearing';
import { fineBps } from '@causeway/money';
import { laneOf, Refusal } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, expect, test } from 'vitest';
import { verify } from '../../../verifier/src/verify.ts';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { type Agreement, builtInAgreement } from '../agreements/agreement.ts';
import { encoded, factsOf, type Story, TOKYO } from '../booking/facts.fixture.ts';
import type { SigningKeys } from '../certificate/signing-keys.ts';
import { type CommandHandler, Commands, SYSTEM } from '../commands/commands.ts';
import { bookFacts } from '../events.ts';
import { certifiedNets } from '../files/files.fixture.ts';
import { makeFiles } from '../files/make-files.ts';
import { type ParticipantRef, participantOf } from '../participants.ts';
import { post } from '../postings/post.ts';
import { closeEarly } from './close-early.ts';
import { withChargedItems } from './draw-up.ts';
import { abortWindow, settleWindow } from './end.ts';
import { getWindow } from './get.ts';
import { listWindows } from './list.ts';
import { FakeRouting } from './routing.fixture.ts';
import { sumsOf, windowBy } from './store.ts';
import { WindowWork } from './work.ts';
import { WindowWorker } from './worker.ts';

const { db, url } = await testDatabase(migrations);
const runtime = quietRuntime('settlement');
const commands = new Commands(db, runtime.clock);
const routing = new FakeRouting();
const agreed = new Map<string, Partial<Agreement>>();
const agreements = {
  inForce: async (participant: ParticipantRef) => agreementOf(participant),
  version: async (participant: ParticipantRef) => agreementOf(participant),
};
const agreementOf = (participant: ParticipantRef): Agreement => ({
  ...builtInAgreement(participant),
  ...agreed.get(participant.id),
});
const made: string[] = [];
const signingKeys: SigningKeys = [signingKey('k1', Buffer.alloc(32, 1))];
const worker = new WindowWorker({
  ...{ db, commands, agreements, runtime, routing: routing.client },
  terms: { push: async () => 0 },
  work: new WindowWork(db, runtime),
  makeFiles: async (key, drawn) => {
    await makeFiles({ db, runtime, agreements, signingKeys }, key, drawn);
    made.push(`${key.participant.id} ${key.clearingDate}`);
  },
});
const deps = { db, commands, agreements, worker };
const operator = { kind: 'operator', id: 'ops' } as const;

const acquirer = (id: string) => ({ kind: 'acquirer', id }) as const;
const DAY = (n: number) => `2026-11-${n}`;
const named = (participant: ParticipantRef, day: string) => ({
  participant: {
    participantKind: participant.kind === 'acquirer' ? 1 : 2,
    participantId: participant.id,
  },
  clearingDate: day,
});

/** The payments happen: routing has them, and their facts are booked. */
async function happen(...stories: Story[]): Promise<void> {
  routing.stories.push(...stories);
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

async function stateOf(participant: ParticipantRef, day: string) {
  return (await windowBy(db, { participant, clearingDate: day }))?.state;
}

async function sumOf(participant: ParticipantRef, day: string) {
  return (await sumsOf(db, [{ participant, clearingDate: day }]))[0];
}

/** What an account holds, credits above zero. */
async function balance(code: string, owner: string, currency = 'JPY'): Promise<bigint> {
  const sums = await accountSums(db);
  const one = sums.find((s) => s.code === code && s.owner === owner && s.currencyCode === currency);
  return one ? one.creditsMinor - one.debitsMinor : 0n;
}

afterEach(async () => {
  const perCurrency = new Map<string, bigint>();
  for (const { currencyCode, debitsMinor, creditsMinor } of await accountSums(db)) {
    const before = perCurrency.get(currencyCode) ?? 0n;
    perCurrency.set(currencyCode, before + debitsMinor - creditsMinor);
  }
  expect([...perCurrency.values()].filter((sum) => sum !== 0n)).toEqual([]);
  const off = await db.query(
    `SELECT account_id FROM ledger_accounts a LEFT JOIN LATERAL (
       SELECT coalesce(sum(posted_minor) FILTER (WHERE side = 'debit'), 0) AS debits,
              coalesce(sum(posted_minor) FILTER (WHERE side = 'credit'), 0) AS credits
         FROM ledger_entries e WHERE e.account_id = a.account_id) AS sums ON true
      WHERE (sums.debits, sums.credits) <> (a.debits_posted, a.credits_posted)`,
    [],
  );
  expect(off).toEqual([]);
});

/** A payment of an acquirer of the test's own, of JPY 1,280. */
const paid = (partnerId: string, name: string, day: string, more: Partial<Story> = {}): Story => ({
  ...{ ...TOKYO, partnerId, day, ...more },
  name: `${partnerId} ${name}`,
});

test('a day becomes final once it is sealed and the books hold what routing says, and is settled', async () => {
  const [kumo] = [acquirer('kumo')];
  routing.day(kumo, DAY(16), '');
  await worker.tick();
  expect(await stateOf(kumo, DAY(16))).toBe('OPEN');
  const late = paid('kumo', 'late', DAY(16));
  await happen(paid('kumo', 'one', DAY(16)), paid('kumo', 'gone', DAY(16), { cancelled: true }));
  routing.day(kumo, DAY(17), '');
  await worker.tick();
  expect(await stateOf(kumo, DAY(16))).toBe('CLOSED');
  routing.stories.push(late);
  routing.day(kumo, DAY(17), DAY(16));
  expect(await worker.tick()).toBe(true);
  expect(await stateOf(kumo, DAY(16))).toBe('CLOSED');
  routing.stories.pop();
  await happen(late);
  expect(await worker.tick()).toBe(false);
  expect(await stateOf(kumo, DAY(16))).toBe('PENDING');
  expect(made).toEqual([`kumo ${DAY(16)}`]);
  expect(await sumOf(kumo, DAY(16))).toMatchObject({
    ...{
      itemCount: 2n,
      capturedMinor: 2_560n,
      refundedMinor: 0n,
      netMinor: 2_560n,
      dueMinor: 2_560n,
    },
    valueDate: DAY(17),
  });
  const settled = await settleWindow(deps, 'ops', { ...named(kumo, DAY(16)), bankReference: 'B1' });
  expect(settled).toMatchObject({ endReference: 'B1', sums: [{ currencyCode: 'JPY' }] });
  await settleWindow(deps, 'ops', { ...named(kumo, DAY(16)), bankReference: 'B1' });
  const other = settleWindow(deps, 'ops', { ...named(kumo, DAY(16)), bankReference: 'B2' });
  await expect(other).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await balance('acquirer_payable', 'kumo')).toBe(0n);
  expect(await balance('nostro', '')).toBe(2_560n);
  // Routing that was restored to a moment before its seal is told of it again.
  routing.day(kumo, DAY(16), '');
  await worker.tick();
  const { days } = await routing.client.listClearingDays({});
  expect(days[0]).toMatchObject({ sealedDate: DAY(16), openDate: DAY(17) });
});

test('fees are of the tier that the month has reached, and refunds give back what was charged', async () => {
  const hana = acquirer('hana');
  agreed.set('hana', {
    fees: [
      {
        ...{ currencyCode: 'JPY', minMinor: 0n, refundable: true },
        tiers: [
          { fromVolumeMinor: 0n, bps: fineBps(200), fixedMinor: 0n },
          { fromVolumeMinor: 2_000n, bps: fineBps(100), fixedMinor: 0n },
        ],
      },
    ],
  });
  routing.day(hana, DAY(16), '');
  await worker.tick();
  const refund = {
    payeeMinor: 640n,
    parts: [3_203n, 48n, 0n] as [bigint, bigint, bigint],
    day: DAY(18),
  };
  await happen(
    paid('hana', 'a', DAY(16)),
    paid('hana', 'b', DAY(16), { refunds: [refund] }),
    paid('hana', 'c', DAY(17)),
  );
  routing.day(hana, DAY(19), DAY(18));
  await worker.tick();
  // 2 % of 1,280 is 25.6, twice; on the next day the month has captured 2,560 before.
  expect(await sumOf(hana, DAY(16))).toMatchObject({
    feesMinor: 50n,
    feeTier: 1,
    netMinor: 2_510n,
  });
  expect(await sumOf(hana, DAY(17))).toMatchObject({
    feesMinor: 12n,
    feeTier: 2,
    netMinor: 1_268n,
  });
  expect(await sumOf(hana, DAY(18))).toMatchObject({
    ...{
      capturedMinor: 0n,
      refundedMinor: 640n,
      feesMinor: -12n,
      netMinor: -628n,
      dueMinor: -628n,
    },
  });
  expect(await balance('fee_income', '')).toBe(50n);
  expect(await balance('acquirer_refunds', 'hana')).toBe(0n);
  expect(await balance('acquirer_payable', 'hana')).toBe(2_510n + 1_268n - 628n);
  const key = { participant: hana, clearingDate: DAY(18) };
  const fees = await withChargedItems(deps, key, agreementOf(hana), async (items) => {
    const all: bigint[] = [];
    for await (const item of items) all.push(item.fee.totalMinor);
    return all;
  });
  expect(fees).toEqual([-12n]);
});

test('an operator closes a day early; what comes later is of the next one, and empty days are final too', async () => {
  const yuki = acquirer('yuki');
  routing.day(yuki, DAY(16), '');
  await worker.tick();
  await happen(paid('yuki', 'before', DAY(16)));
  const closed = await closeEarly(deps, 'ops', { ...named(yuki, ''), clearingDate: '' });
  expect(closed).toMatchObject({ clearingDate: DAY(16), closedEarly: true });
  await happen(paid('yuki', 'after', DAY(17)));
  await worker.tick();
  expect(await sumOf(yuki, DAY(16))).toMatchObject({ itemCount: 1n });
  const open = await getWindow(db, operator, named(yuki, DAY(17)));
  expect(open.sums).toMatchObject([{ itemCount: 1n, captured: { amountMinor: 1_280n } }]);
  routing.day(yuki, DAY(20), DAY(19));
  await worker.tick();
  expect(await sumOf(yuki, DAY(18))).toMatchObject({ itemCount: 0n, netMinor: 0n });
  expect(await stateOf(yuki, DAY(18))).toBe('SETTLED');
  const again = await closeEarly(deps, 'ops', named(yuki, DAY(16)));
  expect(again.sums).toHaveLength(1);
  const { windows } = await listWindows(
    db,
    { kind: 'partner', id: 'yuki' },
    {
      ...{ participant: undefined, state: 0, pageSize: 2, pageToken: '' },
    },
  );
  expect(windows.map(({ clearingDate }) => clearingDate)).toEqual([DAY(20), DAY(19)]);
  const stranger = getWindow(db, { kind: 'partner', id: 'kumo' }, named(yuki, DAY(16)));
  await expect(stranger).rejects.toMatchObject({ reason: 'WINDOW_UNKNOWN' });
});

test('what is below the minimum, or given up, is carried to the next day; corrections count once', async () => {
  const sora = acquirer('sora');
  agreed.set('sora', {
    minimumPayouts: new Map([['JPY', 2_000n]]),
    reserve: { bps: fineBps(1_000), days: 2 },
  });
  routing.day(sora, DAY(16), '');
  await worker.tick();
  await happen(paid('sora', 'a', DAY(16)), paid('sora', 'b', DAY(17)));
  routing.day(sora, DAY(17), DAY(16));
  await worker.tick();
  expect(await sumOf(sora, DAY(16))).toMatchObject({
    ...{ reserveMinor: 128n, releaseDate: DAY(18), netMinor: 1_152n, dueMinor: 0n },
  });
  expect(await stateOf(sora, DAY(16))).toBe('SETTLED');
  const correction: CommandHandler = {
    kind: 'test.adjust',
    apply: (tx, command) =>
      post(tx, command, [
        {
          ...{ step: 'adjust', kind: 'adjustment', currencyCode: 'JPY', reference: 'test' },
          debit: { code: 'acquirer_payable', owner: 'sora' },
          credit: { code: 'adjustments', owner: '' },
          ...{ amountMinor: 100n, charge: { participant: sora, amountMinor: -100n } },
        },
      ]),
  };
  const commandId = runtime.random.uuid();
  await commands.execute(correction, { commandId, operatorId: SYSTEM, body: null });
  routing.day(sora, DAY(18), DAY(17));
  await worker.tick();
  const second = {
    carriedMinor: 1_152n,
    adjustmentsMinor: -100n,
    netMinor: 1_152n + 1_280n - 128n - 100n,
  };
  expect(await sumOf(sora, DAY(17))).toMatchObject({ ...second, dueMinor: second.netMinor });
  await abortWindow(deps, 'ops', { ...named(sora, DAY(17)), reason: 'the bank is closed' });
  routing.day(sora, DAY(19), DAY(18));
  await worker.tick();
  expect(await sumOf(sora, DAY(18))).toMatchObject({
    ...{ carriedMinor: second.netMinor, releasedMinor: 128n, dueMinor: second.netMinor + 128n },
  });
  expect(await balance('acquirer_payable', 'sora')).toBe(second.netMinor + 128n);
  expect(await balance('reserve', 'sora')).toBe(128n);
});

test('an acquirer that is settled in another currency is owed that, at the rates of its payments', async () => {
  const tani = acquirer('tani');
  routing.day(tani, DAY(16), '');
  await worker.tick();
  const settled = { currencyCode: 'USD', amountMinor: 835n, rate: '0.00652' };
  const refunds = [{ payeeMinor: 640n, parts: [3_203n, 48n, 0n] as [bigint, bigint, bigint] }];
  await happen(paid('tani', 'a', DAY(16), { settled, refunds }));
  routing.day(tani, DAY(17), DAY(16));
  await worker.tick();
  expect(await sumOf(tani, DAY(16))).toMatchObject({
    ...{ currencyCode: 'USD', capturedMinor: 835n, refundedMinor: 417n, netMinor: 418n },
  });
  expect(await balance('acquirer_payable', 'tani', 'JPY')).toBe(0n);
  expect(await balance('acquirer_payable', 'tani', 'USD')).toBe(418n);
});

test('a wallet operator owes what was captured, less what it earns, and windows go in order', async () => {
  const issuer = { kind: 'issuer', id: 'crest-wallet' } as const;
  agreed.set(issuer.id, {
    fees: [
      {
        ...{ currencyCode: 'HKD', minMinor: 0n, refundable: false },
        tiers: [{ fromVolumeMinor: 0n, bps: fineBps(50), fixedMinor: 0n }],
      },
    ],
  });
  routing.day(issuer, DAY(16), '');
  await worker.tick();
  await happen(paid('aki', 'crest', DAY(16), { issuerId: issuer.id }));
  routing.day(issuer, DAY(18), DAY(17));
  await worker.tick();
  expect(await sumOf(issuer, DAY(16))).toMatchObject({
    ...{ currencyCode: 'HKD', capturedMinor: 6_503n, feesMinor: 32n, netMinor: 6_471n },
  });
  expect(await balance('issuer_receivable', issuer.id, 'HKD')).toBe(-6_471n);
  expect(await stateOf(issuer, DAY(17))).toBe('SETTLED');
  const ended = abortWindow(deps, 'ops', { ...named(issuer, DAY(17)), reason: 'too late' });
  await expect(ended).rejects.toMatchObject({ reason: 'WINDOW_NOT_PENDING' });
  const never = settleWindow(deps, 'ops', { ...named(issuer, '2026-02-30'), bankReference: '' });
  await expect(never).rejects.toMatchObject({
    fields: [{ field: 'bank_reference' }, { field: 'clearing_date' }],
  });
  await expect(never).rejects.toThrow(Refusal);
});

test('every window that is final has its files, certified as it came out', async () => {
  const { windows } = await listWindows(db, operator, {
    ...{ participant: undefined, state: 0, pageSize: 100, pageToken: '' },
  });
  for (const { participant, clearingDate, finalTime } of windows) {
    const key = { participant: participantOf(participant) ?? acquirer('nobody'), clearingDate };
    const sums = await sumsOf(db, [key]);
    const nets = sums.map(({ currencyCode, netMinor }) => `${currencyCode} ${netMinor}`);
    const what = `${key.participant.id} ${clearingDate}`;
    expect(await certifiedNets(db, key), what).toEqual(finalTime === undefined ? undefined : nets);
  }
  expect(windows.filter(({ finalTime }) => finalTime).length).toBeGreaterThan(5);
});
const problems = async () => {
  const report = await verify([{ kind: 'settlement', name: 'settlement', url }], 0, runtime);
  return report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
};

test('the verifier recomputes all of these windows', async () => {
  expect(await problems()).toEqual([]);
});

const KUMO = "participant_id = 'kumo' AND clearing_date = '2026-11-16'";

test.each([
  [
    ['windows'],
    `UPDATE window_sums SET item_count = item_count + 1 WHERE ${KUMO}`,
    `UPDATE window_sums SET item_count = item_count - 1 WHERE ${KUMO}`,
  ],
  [
    ['windows'],
    `UPDATE window_sums SET captured_minor = captured_minor + 1, fees_minor = fees_minor + 1 WHERE ${KUMO}`,
    `UPDATE window_sums SET captured_minor = captured_minor - 1, fees_minor = fees_minor - 1 WHERE ${KUMO}`,
  ],
  [
    ['charges'],
    `UPDATE window_sums SET carried_minor = carried_minor + 1, fees_minor = fees_minor + 1 WHERE ${KUMO}`,
    `UPDATE window_sums SET carried_minor = carried_minor - 1, fees_minor = fees_minor - 1 WHERE ${KUMO}`,
  ],
  [
    ['owed'],
    `UPDATE windows SET state = 'PENDING', ended_at = NULL, end_reference = NULL WHERE ${KUMO}`,
    `UPDATE windows SET state = 'SETTLED', ended_at = now(), end_reference = 'B1' WHERE ${KUMO}`,
  ],
  [
    ['order'],
    `UPDATE windows SET clearing_date = '2026-12-24' WHERE participant_id = 'kumo' AND state = 'OPEN'`,
    `UPDATE windows SET clearing_date = '2026-11-17' WHERE participant_id = 'kumo' AND state = 'OPEN'`,
  ],
])('and finds %j wrong after %s', async (names, wrong, back) => {
  await db.query(wrong);
  expect(await problems()).toEqual(names.map((name) => `settlement settlement: ${name}`));
  await db.query(back);
  expect(await problems()).toEqual([]);
});
