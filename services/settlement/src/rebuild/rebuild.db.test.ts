import type { Tx } from '@causeway/db';
import { PaymentState } from '@causeway/proto/common';
import type { PaymentFact } from '@causeway/proto/routing';
import { laneOf, Secret, uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { beforeAll, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { postAdjustmentCommand } from '../adjustments/post.ts';
import { agreementWith } from '../agreements/agreement.fixture.ts';
import { agreementFor, agreementVersion } from '../agreements/agreements.ts';
import { putAgreement } from '../agreements/put.ts';
import { encoded, factOf, factsOf, type Story, TOKYO } from '../booking/facts.fixture.ts';
import { type CommandHandler, Commands } from '../commands/commands.ts';
import { setCapCommand, topUpCommand, withdrawCommand } from '../cover/commands.ts';
import { answerCommand, openCommand } from '../disputes/commands.ts';
import { bookFacts } from '../events.ts';
import { type ParticipantRef, toParticipant } from '../participants.ts';
import { COMMENT } from '../reconciliation/breaks/commands.ts';
import { type UploadBody, uploadFile } from '../reconciliation/load/accept.ts';
import { abortWindow, settleWindow } from '../windows/end.ts';
import { FakeRouting } from '../windows/routing.fixture.ts';
import { WindowWork } from '../windows/work.ts';
import { WindowWorker } from '../windows/worker.ts';
import { HANDLERS } from './handlers.ts';
import type { RebuildResult } from './rebuild.ts';
import { differencesIn, Rebuilds } from './rebuilds.ts';
import { databaseUse } from './scratch-store.ts';
import { columnsOf, tableNames } from './store.ts';
import { BOOKS, NOT_BOOKS } from './tables.ts';

const { db, url } = await testDatabase(migrations);
const runtime = quietRuntime('settlement');
const commands = new Commands(db, runtime.clock);
const routing = new FakeRouting();
const agreements = {
  inForce: (participant: ParticipantRef, day: string) => agreementFor(db, participant, day),
  version: (participant: ParticipantRef, version: number) =>
    agreementVersion(db, participant, version),
};
const worker = new WindowWorker({
  ...{ db, commands, agreements, runtime, routing: routing.client },
  terms: { push: async () => 0 },
  work: new WindowWork(db, runtime),
  makeFiles: async () => {},
});

/** Routing's history. */
const history: PaymentFact[] = [];

async function* pagesOf(all: readonly PaymentFact[]) {
  for (let at = 0; at < all.length; at += 4) {
    yield { payloads: all.slice(at, at + 4).map((fact) => encoded(fact).payload) };
  }
}

const deps = {
  ...{ databaseUrl: new Secret(url), migrations, runtime, handlers: HANDLERS },
  facts: () => pagesOf(history),
};

interface Using {
  handlers?: readonly CommandHandler[];
  history?: readonly PaymentFact[];
  /** Facts besides that were not booked. */
  unbooked?: readonly PaymentFact[];
}

async function rebuilt({ handlers = HANDLERS, ...using }: Using = {}): Promise<RebuildResult> {
  const all = [...(using.history ?? history), ...(using.unbooked ?? [])];
  const rebuilds = new Rebuilds({ ...deps, handlers, facts: () => pagesOf(all) });
  for await (const step of rebuilds.run(10_000, new AbortController().signal)) {
    if ('result' in step) return step.result;
  }
  throw new Error('no result');
}

/** What differs, by table. */
function found({ tables }: RebuildResult) {
  return Object.fromEntries(
    tables.flatMap(({ name, differences }) =>
      differences.length > 0 ? [[name, differences]] : [],
    ),
  );
}

const DAY = (n: number) => `2026-11-${n}`;
const KUMO = { kind: 'acquirer', id: 'kumo' } as const;
const HARBOUR = { kind: 'issuer', id: TOKYO.issuerId } as const;
const paid = (name: string, day: string, more: Partial<Story> = {}): Story => ({
  ...{ ...TOKYO, partnerId: KUMO.id, day, name },
  ...more,
});

/** A cancel has two facts, which book the same. */
function cancelRequestsOf(story: Story): PaymentFact[] {
  if (!story.cancelled) return [];
  return [factOf(story, 8n, PaymentState.SUCCEEDED, { $case: 'cancelRequested', value: {} })];
}

async function happen(...stories: Story[]): Promise<void> {
  routing.stories.push(...stories);
  const all = stories.flatMap((story) => [...factsOf(story), ...cancelRequestsOf(story)]);
  history.push(...all);
  await bookFacts(
    db,
    all.map((fact) => ({
      lane: laneOf(fact.payment?.paymentId ?? ''),
      factId: fact.factId,
      subject: 'causeway.routing.payment.test.v1',
      ...encoded(fact),
    })),
  );
}

const liquidity = {
  participantKind: 'acquirer',
  participantId: KUMO.id,
  currencyCode: 'JPY',
} as const;
const asked = <Body>(name: string, body: Body) => ({
  ...{ commandId: uuidFrom('rebuild', name), operatorId: 'ops', body },
});

// Two days of an acquirer and a wallet operator with all that the service itself does to books:
// conversion, refund, cancel, cover, fees, a settled day and an aborted one.
beforeAll(async () => {
  await commands.execute(setCapCommand, asked('cap', { ...liquidity, capMinor: '100000' }));
  const moved = { ...liquidity, amountMinor: '5000', reference: 'B1' };
  await commands.execute(topUpCommand, asked('top up', moved));
  await commands.execute(withdrawCommand(), asked('withdraw', { ...moved, amountMinor: '700' }));
  await putAgreement({ db, commands }, 'ops', {
    commandId: uuidFrom('rebuild', 'agreement'),
    agreement: agreementWith({
      ...{ participant: toParticipant(KUMO), effectiveFrom: DAY(16), minimumPayouts: [] },
    }),
  });
  for (const participant of [KUMO, HARBOUR]) routing.day(participant, DAY(16), '');
  await worker.tick();
  const refund = { payeeMinor: 640n, parts: [3_203n, 48n, 0n] as [bigint, bigint, bigint] };
  const settled = { currencyCode: 'USD', amountMinor: 835n, rate: '0.00652' };
  await happen(
    paid('a', DAY(16), { covered: true }),
    paid('b', DAY(16), { refunds: [{ ...refund, day: DAY(17) }], covered: true }),
    paid('c', DAY(16), { settled }),
    paid('gone', DAY(16), { cancelled: true, covered: true }),
    paid('d', DAY(17)),
  );
  for (const participant of [KUMO, HARBOUR]) routing.day(participant, DAY(18), DAY(17));
  await worker.tick();
  await correctedAndDisputed();
  const named = (day: string) => ({
    participant: { participantKind: 1, participantId: KUMO.id },
    clearingDate: day,
  });
  const operations = { db, commands, agreements, worker };
  await settleWindow(operations, 'ops', { ...named(DAY(16)), bankReference: 'B2' });
  await abortWindow(operations, 'ops', { ...named(DAY(17)), reason: 'the bank is closed' });
});

/** What people add to the books: each kind of command leaves a row to compare. */
async function correctedAndDisputed(): Promise<void> {
  const adjusted = { participantKind: 'acquirer', participantId: KUMO.id } as const;
  const adjustment = { ...adjusted, currencyCode: 'JPY', amountMinor: '-55' };
  const why = { reason: 'test', reference: '' };
  await commands.execute(postAdjustmentCommand, asked('adjust', { ...adjustment, ...why }));
  const dispute = asked('dispute', {
    ...{
      paymentId: uuidFrom('payment', KUMO.id, 'a'),
      issuerId: TOKYO.issuerId,
      partnerId: KUMO.id,
    },
    ...{ currencyCode: 'JPY', claimedMinor: '1280', reason: 'not received' },
    ...{ paidAt: runtime.clock.now().toISOString(), text: 'where is it?', evidenceReference: '' },
    ...{ answerHours: 1, escalationHours: 1, decisionHours: 1 },
  });
  await commands.execute(openCommand, dispute);
  const answer = { disputeId: dispute.commandId, text: 'here', evidenceReference: '' };
  await commands.execute(answerCommand, asked('answer', answer));
  const file = asked<UploadBody>('upload', {
    ...{ source: 'partner', participant_kind: 'acquirer', participant_id: KUMO.id },
    ...{ account: '', currency_code: '', from_date: DAY(16), to_date: DAY(16) },
    ...{ format: 'csv', sha256: '5'.repeat(64), size_bytes: '100', line_count: 2 },
  });
  const load = { loadId: runtime.random.uuid(), fileName: 'kumo.csv' };
  await commands.execute(uploadFile(load), file);
  const said = { break_id: uuidFrom('rebuild', 'break'), text: 'looking' };
  await commands.execute(COMMENT, asked('comment', said));
}

const SCRATCH = `${new URL(url).pathname.slice(1)}_rebuild`;

async function scratchIsGone(): Promise<void> {
  expect(await databaseUse(db, SCRATCH)).toBeUndefined();
}

/** A fact that nobody can book: it says no day. */
function torn(): PaymentFact[] {
  const [fact] = factsOf(paid('torn', DAY(17)));
  if (!fact?.payment) throw new Error('a story without a fact');
  return [{ ...fact, payment: { ...fact.payment, acquirerClearingDate: '' } }];
}

test('books that are made again from facts and commands are the same in every table', async () => {
  // A crash left this; what is on its way or cannot be booked is no difference.
  await db.query(`CREATE DATABASE ${SCRATCH}`);
  const young = factsOf(paid('late', DAY(17))).map((fact) => {
    return { ...fact, occurTime: runtime.clock.now() };
  });
  const result = await rebuilt({ unbooked: [...young, ...torn()] });
  expect(found(result)).toEqual({});
  expect(differencesIn(result)).toBe(0n);
  expect(result).toMatchObject({ problems: [], lateCount: 1n, unbookableCount: 1n });
  const counts = new Map(result.tables.map(({ name, live }) => [name, live.count]));
  // A table without a row would be the same whatever was wrong.
  expect([...counts].filter(([, count]) => count === 0n)).toEqual([]);
  expect(result.bookingCount).toBe(counts.get('bookings'));
  expect(result.commandCount).toBe(counts.get('commands'));
  await scratchIsGone();
  const perCurrency = new Map<string, bigint>();
  for (const { currencyCode, debitsMinor, creditsMinor } of await accountSums(db)) {
    const before = perCurrency.get(currencyCode) ?? 0n;
    perCurrency.set(currencyCode, before + debitsMinor - creditsMinor);
  }
  expect([...perCurrency.values()].filter((sum) => sum !== 0n)).toEqual([]);
});

/** Does to the live books what their triggers refuse, looks, and undoes it. */
async function tampered(sql: string, undo: string, using: Using = {}): Promise<RebuildResult> {
  const untriggered = (statement: string) => (tx: Tx) =>
    tx.query(`SET LOCAL session_replication_role = replica; ${statement}`);
  await db.transaction(untriggered(sql));
  const result = await rebuilt(using);
  await db.transaction(untriggered(undo));
  return result;
}

test('an edited amount, a skipped booking and one without a fact are each named', async () => {
  const result = await tampered(
    "UPDATE charges SET amount_minor = amount_minor + 1 WHERE kind = 'adjustment'",
    "UPDATE charges SET amount_minor = amount_minor - 1 WHERE kind = 'adjustment'",
    { history: history.slice(1), unbooked: factsOf(paid('skipped', DAY(17))) },
  );
  expect(Object.keys(found(result))).toContain('totals');
  const { bookings, charges } = found(result);
  expect(bookings?.map(({ kind }) => kind).sort()).toEqual(['missing', 'unexplained']);
  expect(charges).toMatchObject([{ kind: 'changed', columns: [{ name: 'amount_minor' }] }]);
  const [{ columns: [amount] = [] } = {}] = charges ?? [];
  expect(BigInt(amount?.live ?? 0)).toBe(BigInt(amount?.rebuilt ?? 0) + 1n);
});

test('a command that was dropped is missed, and so is what it did', async () => {
  const result = await tampered(
    `CREATE TABLE dropped AS SELECT * FROM commands WHERE kind = 'cover.withdraw';
     DELETE FROM commands WHERE kind = 'cover.withdraw'`,
    'INSERT INTO commands SELECT * FROM dropped; DROP TABLE dropped',
  );
  expect(result.problems).toEqual(['no command has place 3']);
  expect(Object.keys(found(result)).sort()).toEqual([
    'covers',
    'ledger_accounts',
    'ledger_transfers',
  ]);
  expect(found(result).covers).toMatchObject([
    { columns: [{ name: 'prefunded_minor', live: '4300', rebuilt: '5000' }] },
  ]);
});

test('a kind that nothing applies is a finding, as is a command that is refused now', async () => {
  const some = HANDLERS.filter(({ kind }) => kind !== 'window.close');
  const result = await rebuilt({ handlers: some });
  expect(result.problems[0]).toMatch(/^nothing applies command \d+, a window.close$/);
  expect(result.problems.some((problem) => /a window.finish, does not/.test(problem))).toBe(true);
});

test('what is asked for twice is refused, and what broke off leaves no database', async () => {
  const broken = async function* () {
    yield { payloads: [] };
    throw new Error('routing is gone');
  };
  const rebuilds = new Rebuilds({ ...deps, facts: broken });
  const { signal } = new AbortController();
  // On a busy machine it may tell how far it has come before it breaks off.
  const ended = async () => {
    const run = rebuilds.run(0, signal);
    while (!(await run.next()).done);
  };
  const [first, second] = await Promise.allSettled([ended(), ended()]);
  expect(first).toMatchObject({ reason: { message: 'routing is gone' } });
  expect(second).toMatchObject({ reason: { reason: 'REBUILD_RUNNING' } });
  await scratchIsGone();
});

test('whoever stops the service waits until the scratch database is dropped', async () => {
  let start = () => {};
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const endless = async function* () {
    for (;;) {
      start();
      yield { payloads: [] };
      await runtime.timers.immediate();
    }
  };
  const rebuilds = new Rebuilds({ ...deps, facts: endless });
  const run = rebuilds.run(10_000, new AbortController().signal).next();
  const outcome = expect(run).rejects.toThrow('stops');
  await started;
  await rebuilds.stop();
  await outcome;
  await scratchIsGone();
});

test('every table is part of the books or said not to be, and compares nothing arbitrary', async () => {
  const names = await tableNames(db);
  const listed = [...BOOKS.map(({ name }) => name), ...Object.keys(NOT_BOOKS)];
  expect(listed.toSorted()).toEqual(names.toSorted());
  for (const { name, key, leftOut = {}, insteadOf = {} } of BOOKS) {
    const columns = await columnsOf(db, name);
    const known = columns.map((column) => column.name);
    expect(known).toEqual(
      expect.arrayContaining([...key, ...Object.keys(leftOut), ...Object.keys(insteadOf)]),
    );
    const arbitrary = columns.filter((column) => column.isArbitrary && !leftOut[column.name]);
    expect({ name, arbitrary }).toEqual({ name, arbitrary: [] });
  }
});
