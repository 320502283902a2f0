import { DisputeReason } from '@causeway/proto/settlement';
import { armFailpoints } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { problemsOf } from '../booking/audit.fixture.ts';
import { type CommandHandler, Commands } from '../commands/commands.ts';
import { decideDispute, takeStep } from './act.ts';
import {
  acceptCommand,
  answerCommand,
  decideCommand,
  escalateCommand,
  expireCommand,
  openCommand,
  refundCommand,
  withdrawCommand,
} from './commands.ts';
import { openDispute } from './open.ts';
import { getDispute, listDisputes } from './read.ts';
import { DisputeWorker } from './worker.ts';
import {
  bookAll,
  disputeWorld,
  HARBOUR,
  HOUR_MS,
  jpy,
  OPS,
  SAKURA,
  TERMS,
  words,
} from './world.fixture.ts';

const [{ db }, { db: rebuilt }] = await Promise.all([
  testDatabase(migrations),
  testDatabase(migrations),
]);
const { desk, open, parts, routing, runtime, worker } = disputeWorld(db);

afterEach(() => armFailpoints(undefined));
afterEach(async () => {
  expect(await problemsOf(db)).toEqual([]);
  expect(await db.query(BEYOND)).toEqual([]);
});

/** Payments of which more was given back than was captured, on either side. */
const BEYOND = `
  SELECT payment_id FROM bookings GROUP BY payment_id
  HAVING sum(CASE kind WHEN 'capture' THEN payee_minor ELSE -payee_minor END) < 0
      OR sum(CASE kind WHEN 'capture' THEN payer_minor ELSE -payer_minor END) < 0`;

let requests = 0;
const asked = (disputeId: string, text = 'so it was') => {
  requests += 1;
  return { requestId: `r${requests}`, disputeId, statement: words(text) };
};
const answer = (id: string) => takeStep(desk, SAKURA, answerCommand, asked(id));
const escalate = (id: string) => takeStep(desk, HARBOUR, escalateCommand, asked(id));
const accept = (id: string) =>
  takeStep(desk, SAKURA, acceptCommand, { requestId: `accept ${id}`, disputeId: id });
const decide = (id: string, minor: bigint) =>
  decideDispute(desk, OPS, { ...asked(id), grantedAmount: jpy(minor) });
const stateOf = async (id: string) => (await getDispute(desk, OPS, id)).dispute;
const later = (hours: number) => runtime.advance(hours * HOUR_MS);

test('the whole way, to a part that an operator grants: the refund is booked at the rate', async () => {
  const paymentId = await routing.pays('whole way');
  const disputeId = await open(paymentId, 'whole way', 1_000n);
  expect(await open(paymentId, 'whole way', 1_000n)).toBe(disputeId);
  await expect(open(paymentId, 'whole way', 999n)).rejects.toMatchObject({
    reason: 'IDEMPOTENCY_KEY_REUSED',
  });
  await answer(disputeId);
  await escalate(disputeId);
  const contest = asked(disputeId, 'the goods were sent');
  await takeStep(desk, SAKURA, answerCommand, contest);
  await takeStep(desk, SAKURA, answerCommand, contest);
  await decide(disputeId, 640n);
  routing.isAway = true;
  await worker.look();
  expect(await stateOf(disputeId)).toMatchObject({ state: 'GRANTED', outcome: 'UPHELD' });
  routing.isAway = false;
  await worker.look();
  const { dispute, steps } = await getDispute(desk, HARBOUR, disputeId);
  expect(dispute).toMatchObject({
    ...{ state: 'CLOSED', outcome: 'UPHELD', version: 6, deadlineAt: undefined },
    ...{ claimedMinor: 1_000n, grantedMinor: 640n },
    givenBack: { payeeMinor: 640n, payer: { currencyCode: 'HKD', amountMinor: 3_251n } },
  });
  expect(steps.map(({ action, actorId, state }) => `${actorId} ${action}: ${state}`)).toEqual([
    'harbour-wallet open: REQUESTED',
    'sakura answer: ANSWERED',
    'harbour-wallet escalate: ESCALATED',
    'sakura answer: CONTESTED',
    'ops decide: GRANTED',
    'system refund: CLOSED',
  ]);
  expect(steps[3]?.statement).toEqual(words('the goods were sent'));
  const booked = await db.query(
    `SELECT subject_id, request_id, payee_minor, payer_minor FROM bookings
      WHERE payment_id = $1 AND kind = 'refund'`,
    [paymentId],
  );
  expect(booked).toEqual([
    {
      ...{ subject_id: dispute.givenBack?.refundId, request_id: `dispute:${disputeId}` },
      ...{ payee_minor: 640n, payer_minor: 3_251n },
    },
  ]);
});

test('deadlines by themselves: no answer, then no objection to the demand', async () => {
  const disputeId = await open(await routing.pays('silence'), 'silence');
  await later(TERMS.answerHours - 1);
  await worker.look();
  expect((await stateOf(disputeId)).state).toBe('REQUESTED');
  await later(1);
  await Promise.all([worker.look(), new DisputeWorker(parts).look()]);
  expect(await stateOf(disputeId)).toMatchObject({ state: 'UNANSWERED', version: 2 });
  await escalate(disputeId);
  await later(TERMS.answerHours);
  await expect(answer(disputeId)).rejects.toMatchObject({ reason: 'DEADLINE_PASSED' });
  await worker.look();
  expect(await stateOf(disputeId)).toMatchObject({
    ...{ state: 'CLOSED', outcome: 'UNCONTESTED', grantedMinor: 1_280n },
    givenBack: { payeeMinor: 1_280n, payer: { amountMinor: 6_503n } },
  });
  const idle = await open(await routing.pays('idle'), 'idle');
  await answer(idle);
  await later(TERMS.escalationHours);
  await worker.look();
  expect(await stateOf(idle)).toMatchObject({ outcome: 'LAPSED', grantedMinor: undefined });
});

test('two opens of one payment at once: one wins, and when it is over another may come', async () => {
  const paymentId = await routing.pays('two opens');
  const opened = await Promise.allSettled(
    ['a', 'b', 'c'].map((id) => open(paymentId, `two ${id}`)),
  );
  const won = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const lost = opened.flatMap((one) => (one.status === 'rejected' ? [one.reason.reason] : []));
  expect(won).toHaveLength(1);
  expect(lost).toEqual(['DISPUTE_OPEN', 'DISPUTE_OPEN']);
  const [first = ''] = won;
  const withdrawal = { requestId: 'withdraw two', disputeId: first };
  await takeStep(desk, HARBOUR, withdrawCommand, withdrawal);
  const second = await open(paymentId, 'two again');
  expect(second).not.toBe(first);
  const list = { paymentId, openOnly: false, pageSize: 1, pageToken: '' };
  const page = await listDisputes(desk, SAKURA, list);
  expect(page.disputes.map((one) => one.disputeId)).toEqual([second]);
  const rest = await listDisputes(desk, SAKURA, { ...list, pageToken: page.nextPageToken });
  expect(rest.disputes.map((one) => one.disputeId)).toEqual([first]);
  const openOnly = await listDisputes(desk, OPS, { ...list, pageSize: 9, openOnly: true });
  expect(openOnly.disputes.map((one) => one.disputeId)).toEqual([second]);
});

test('steps that race are taken one after the other, and each sees the one before', async () => {
  const disputeId = await open(await routing.pays('race'), 'race');
  // Before the deadline the demand must wait for the answer, which comes at the same moment.
  const [answered, escalated] = await Promise.allSettled([answer(disputeId), escalate(disputeId)]);
  expect(answered.status).toBe('fulfilled');
  if (escalated.status === 'rejected') {
    expect(escalated.reason).toMatchObject({ reason: 'ANSWER_PENDING' });
    await escalate(disputeId);
  }
  const rivals = [decide(disputeId, 0n), accept(disputeId), answer(disputeId)];
  const taken = await Promise.allSettled(rivals);
  expect(taken.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
  const { steps, dispute } = await getDispute(desk, OPS, disputeId);
  expect(steps.map(({ version }) => version)).toEqual(steps.map((_, index) => index + 1));
  expect(steps.at(-1)?.state).toBe(dispute.state);
  await worker.look();

  const late = await open(await routing.pays('late race'), 'late race');
  await later(TERMS.answerHours);
  const [reply, demand] = await Promise.allSettled([answer(late), escalate(late), worker.look()]);
  expect(demand.status).toBe('fulfilled');
  // Too late as an answer; behind the demand it is in time to contest that.
  const isBehind = reply.status === 'fulfilled';
  expect((await stateOf(late)).state).toBe(isBehind ? 'CONTESTED' : 'ESCALATED');
});

test('a death between the refund and its record gives back once', async () => {
  const disputeId = await open(await routing.pays('crash'), 'crash', 300n);
  armFailpoints('settlement.dispute.stepped=error');
  await expect(accept(disputeId)).rejects.toThrow('failpoint');
  armFailpoints('settlement.dispute.given_back=error');
  await worker.look();
  expect((await stateOf(disputeId)).state).toBe('GRANTED');
  armFailpoints(undefined);
  await Promise.all([worker.look(), new DisputeWorker(parts).look()]);
  expect(await stateOf(disputeId)).toMatchObject({
    ...{ state: 'CLOSED', outcome: 'ACCEPTED', givenBack: { payeeMinor: 300n } },
  });
});

test('what the acquirer refunds meanwhile is not given back again', async () => {
  const paymentId = await routing.pays('refunded meanwhile');
  const partly = await open(paymentId, 'partly');
  await routing.refunds(paymentId, 'goodwill', 1_000n);
  await accept(partly);
  await worker.look();
  expect(await stateOf(partly)).toMatchObject({
    ...{ grantedMinor: 1_280n, givenBack: { payeeMinor: 280n } },
  });
  await expect(open(paymentId, 'once more', 1n)).rejects.toMatchObject({
    reason: 'DISPUTE_EXCEEDS_PAYMENT',
  });
  const whole = await routing.pays('refunded whole');
  const nothing = await open(whole, 'nothing');
  await routing.refunds(whole, 'goodwill', 1_280n);
  await accept(nothing);
  await worker.look();
  expect(await stateOf(nothing)).toMatchObject({ state: 'CLOSED', givenBack: undefined });
});

test('what cannot be disputed, and who may not see it', async () => {
  const paymentId = await routing.pays('strict');
  const cancelled = await routing.pays('cancelled', { cancelled: true });
  const request = {
    ...{ requestId: 'strict', paymentId, claimedAmount: jpy(1n) },
    ...{ reason: DisputeReason.OTHER, statement: words('no') },
  };
  const refusals: [Partial<typeof request>, string][] = [
    [{ paymentId: cancelled }, 'PAYMENT_CANCELLED'],
    [{ claimedAmount: jpy(1_281n) }, 'DISPUTE_EXCEEDS_PAYMENT'],
    [{ claimedAmount: { currencyCode: 'HKD', amountMinor: 1n } }, 'CURRENCY_MISMATCH'],
    [{ paymentId: '00000000-0000-8000-8000-000000000001' }, 'PAYMENT_NOT_BOOKED'],
    [{ claimedAmount: jpy(0n) }, 'FIELD_INVALID'],
    [{ reason: DisputeReason.UNSPECIFIED }, 'FIELD_INVALID'],
    [{ statement: words('') }, 'FIELD_INVALID'],
  ];
  for (const [change, reason] of refusals) {
    const call = openDispute(desk, HARBOUR, { ...request, ...change });
    await expect(call).rejects.toMatchObject({ reason });
  }
  const stranger = openDispute(desk, { kind: 'issuer', id: 'peak-wallet' }, request);
  await expect(stranger).rejects.toMatchObject({ reason: 'PAYMENT_NOT_BOOKED' });
  const disputeId = await open(paymentId, 'visible');
  const others = [
    { kind: 'partner', id: 'siam' },
    { kind: 'issuer', id: 'sakura' },
    { kind: 'partner', id: 'harbour-wallet' },
  ];
  for (const other of others) {
    const unknown = { reason: 'DISPUTE_UNKNOWN' };
    await expect(getDispute(desk, other, disputeId)).rejects.toMatchObject(unknown);
    await expect(takeStep(desk, other, answerCommand, asked(disputeId))).rejects.toMatchObject(
      unknown,
    );
    const list = { paymentId, openOnly: false, pageSize: 0, pageToken: '' };
    expect((await listDisputes(desk, other, list)).disputes).toEqual([]);
  }
  await later(361 * 24);
  await worker.look();
  const old = await routing.pays('old');
  await expect(open(old, 'old')).rejects.toMatchObject({ reason: 'DISPUTE_TOO_LATE' });
});

test('the journal makes the same disputes again, on books that know all that came later', async () => {
  await bookAll(rebuilt, routing.facts);
  const handlers: CommandHandler[] = [
    ...[openCommand, answerCommand, acceptCommand, escalateCommand, withdrawCommand],
    ...[expireCommand, decideCommand, refundCommand],
  ];
  const journal = await db.query<{
    command_id: string;
    kind: string;
    operator_id: string;
    body: never;
    recorded_at: Date;
  }>('SELECT command_id, kind, operator_id, body, recorded_at FROM commands ORDER BY seq', []);
  expect(journal.length).toBeGreaterThan(30);
  for (const { command_id: commandId, operator_id: operatorId, ...row } of journal) {
    const handler = handlers.find(({ kind }) => kind === row.kind);
    if (!handler) throw new Error(`nobody applies ${row.kind}`);
    const clock = { ...runtime.clock, now: () => row.recorded_at };
    await new Commands(rebuilt, clock).execute(handler, { commandId, operatorId, body: row.body });
  }
  for (const table of ['disputes', 'dispute_steps', 'commands']) {
    const order = table === 'dispute_steps' ? 'dispute_id, version' : '1';
    const rows = `SELECT * FROM ${table} ORDER BY ${order}`;
    expect(await rebuilt.query(rows)).toEqual(await db.query(rows));
  }
});
