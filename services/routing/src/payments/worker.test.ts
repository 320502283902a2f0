import { ConfirmationState } from '@causeway/proto/connector';
import { ChargeState } from '@causeway/proto/wallet';
import { RpcFailure } from '@causeway/rpc';
import { manualRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { MemoryStore } from '../testing/memory-store.fixture.ts';
import { FakePartner } from '../testing/partner.fixture.ts';
import { routeTo, WALLET_ID, worldOver } from '../testing/world.fixture.ts';
import type { Step } from './record.ts';
import { chargeOf, confirmedPayment } from './testing.ts';

/** A payment at a step of its first of two routes, with nobody at work on it. */
async function paymentAt(step: Step) {
  const runtime = manualRuntime();
  const store = new MemoryStore();
  const partners = [new FakePartner(), new FakePartner()];
  const routes = [0, 1].map((n) => routeTo(`route-${n}`, { connectorAddress: `partner:${n}` }));
  const lookedAt: string[] = [];
  const reversals = {
    ...{ begin: async () => {}, note: async () => {} },
    lookSoon: async (_: unknown, routeIds: string[]) => void lookedAt.push(...routeIds),
  };
  const options = {
    ...{ routes, runtime, doubtMs: 600_000 },
    clientAt: (address: string) => partners[Number(address.at(-1))]?.client as never,
  };
  const world = await worldOver(store, options, reversals);
  const confirmed = confirmedPayment(routes, runtime.clock.now(), WALLET_ID, { step });
  const reverseTime = new Date(runtime.clock.nowMs() + 600_000);
  const payment = {
    ...confirmed,
    journey: confirmed.journey && { ...confirmed.journey, reverseTime },
  };
  store.rows.set(payment.paymentId, payment);
  world.issuer.charges.set(payment.paymentId, chargeOf(payment, ChargeState.HELD));
  const [first = new FakePartner()] = partners;
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await runtime.timers.immediate();
  };
  const incidents = () => runtime.logged.filter(({ level }) => level === 'error');
  return { ...world, runtime, store, payment, first, lookedAt, settle, incidents };
}

test('however often a payment is reported, one driver comes of it', async () => {
  const { worker, payment, first, settle } = await paymentAt('INQUIRE');
  first.verdict = { state: ConfirmationState.PENDING };
  for (let report = 0; report < 50; report += 1) worker.nudge(payment);
  await settle();
  const asked = first.calls.length;
  expect(asked).toBeGreaterThan(0);
  // Once for the report that found nobody, and once for all that came meanwhile.
  expect(asked).toBeLessThanOrEqual(2);
});

test('reports that come while a partner is being asked have it asked once more, afterwards', async () => {
  const { worker, book, runtime, payment, first, settle } = await paymentAt('INQUIRE');
  first.verdict = { state: ConfirmationState.PENDING };
  let answer = () => {};
  first.disturb = (_, when) =>
    when === 'after'
      ? undefined
      : new Promise((resolve) => {
          answer = resolve;
        });
  worker.nudge(payment);
  await settle();
  for (let report = 0; report < 10; report += 1) {
    worker.nudge((await book.read(payment)) ?? payment);
    await settle();
  }
  expect(first.calls).toEqual(['inquire']);
  answer();
  await settle();
  await runtime.advance(1);
  await settle();
  expect(first.calls).toEqual(['inquire', 'inquire']);
});

test('a report has nothing done where somebody else has moved the payment on', async () => {
  const { worker, payment, store, first, settle } = await paymentAt('INQUIRE');
  store.rows.set(payment.paymentId, { ...payment, version: payment.version + 1 });
  worker.nudge(payment);
  await settle();
  expect(first.calls).toEqual([]);
});

test('a hold that the operator let go of is an incident; one that our cancel voided is not', async () => {
  for (const isCancelled of [false, true]) {
    const { worker, book, issuer, payment, settle, incidents } = await paymentAt('CAPTURE');
    issuer.disturb = async (method, when) => {
      if (method !== 'capture' || when === 'after') return;
      issuer.charges.set(payment.paymentId, chargeOf(payment, ChargeState.VOIDED));
      if (isCancelled) await book.apply(payment, { kind: 'cancel' });
    };
    void worker.drive(payment);
    await settle();
    const kinds = incidents().map(({ fields }) => fields.kind);
    expect(kinds).toEqual(isCancelled ? [] : ['hold_lost']);
  }
});

test('past its lease a call that was not made says nothing', async () => {
  for (const isLate of [false, true]) {
    const { worker, store, runtime, payment, first, settle } = await paymentAt('CONFIRM');
    first.disturb = () => {
      throw new RpcFailure('UNAVAILABLE', 'nobody there', false);
    };
    if (isLate) await runtime.advance(11_000);
    void worker.drive(payment);
    await settle();
    const steps = store.history.map(({ step, routeId }) => `${step} ${routeId}`);
    expect(steps[0]).toBe(isLate ? 'INQUIRE route-0' : 'CONFIRM route-1');
  }
});

test('a confirmation that came after the payment had gone elsewhere is looked after', async () => {
  const { worker, store, runtime, payment, first, lookedAt, settle } = await paymentAt('CONFIRM');
  first.disturb = (_, when) => {
    if (when === 'before') return;
    // Meanwhile another worker has reversed it there, and another partner has confirmed.
    const { journey, version } = payment;
    const done = { step: 'DONE', state: 'SUCCEEDED', dueAt: undefined } as const;
    const moved = { ...payment, ...done, version: version + 3, routeId: 'route-1' };
    const elsewhere = journey && { ...journey, attempt: 1 };
    store.rows.set(payment.paymentId, { ...moved, journey: elsewhere });
  };
  void worker.drive(payment);
  await settle();
  await runtime.advance(100);
  await settle();
  expect(lookedAt).toEqual(['route-0']);
});
