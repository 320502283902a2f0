import { ConfirmationState } from '@causeway/proto/connector';
import { ChargeState } from '@causeway/proto/wallet';
import { manualRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { MemoryStore } from '../testing/memory-store.fixture.ts';
import { FakePartner } from '../testing/partner.fixture.ts';
import { routeTo, WALLET_ID, worldOver } from '../testing/world.fixture.ts';
import { chargeOf, confirmedPayment } from './testing.ts';

/**
 * A payment that succeeded over one of two routes, as this database has it after a restore from
 * before that: its hold is owed, and its time is over.
 */
async function restoredAt(step: 'HOLD' | 'TAKE_OVER', confirmedBy: number) {
  const runtime = manualRuntime();
  const partners = [new FakePartner(), new FakePartner()];
  const routes = [0, 1].map((n) => routeTo(`route-${n}`, { connectorAddress: `partner:${n}` }));
  const store = new MemoryStore();
  const { issuer, worker } = await worldOver(store, {
    ...{ routes, runtime, doubtMs: 5_000, inquiryMs: 1_000 },
    clientAt: (address) => partners[Number(address.at(-1))]?.client as never,
  });
  const payment = confirmedPayment(routes, runtime.clock.now(), WALLET_ID, { step });
  const { paymentId } = payment;
  issuer.charges.set(paymentId, chargeOf(payment, ChargeState.CAPTURED));
  for (const [n, partner] of partners.entries()) {
    if (n > confirmedBy) continue;
    partner.confirmations.set(paymentId, {
      ...{ paymentId, partnerReference: 'r', refusalCode: '' },
      state: n === confirmedBy ? ConfirmationState.CONFIRMED : ConfirmationState.REFUSED,
    });
  }
  store.rows.set(paymentId, payment);
  await runtime.advance(3_600_000);
  const done = worker.takeUp(payment);
  const driver = { isDone: false };
  void done.finally(() => {
    driver.isDone = true;
  });
  for (let n = 0; n < 100 && !driver.isDone; n += 1) {
    await runtime.advance(500);
    for (let turn = 0; turn < 8; turn += 1) await runtime.timers.immediate();
  }
  return { end: await done, partners, issuer };
}

test.each([
  ['HOLD', 0],
  ['TAKE_OVER', 0],
  ['HOLD', 1],
] as const)(
  'restored at %s, confirmed by partner %i: it succeeds again, and nobody is told anything',
  async (step, by) => {
    const { end, partners, issuer } = await restoredAt(step, by);
    expect(end).toMatchObject({ state: 'SUCCEEDED', routeId: `route-${by}` });
    expect(issuer.charges.get(end.paymentId)?.state).toBe(ChargeState.CAPTURED);
    expect(partners[by]?.hasCharged(end.paymentId)).toBe(true);
    const asked = partners.flatMap(({ calls }) => calls);
    expect(new Set(asked)).toEqual(new Set(['inquire']));
  },
);
