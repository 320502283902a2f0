import { ConfirmationState } from '@causeway/proto/connector';
import type { ConfirmPaymentRequest } from '@causeway/proto/routing';
import { ChargeState } from '@causeway/proto/wallet';
import { hostNowMs, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { createRefund, refundDispute } from '../refunds/create.ts';
import { RefundWorker } from '../refunds/worker.ts';
import { FakePartner } from '../testing/partner.fixture.ts';
import {
  JPY_1280,
  OTHER_WALLET_ID,
  openWorld,
  orderRequest,
  routeTo,
  WALLET_ID,
} from '../testing/world.fixture.ts';
import { cancelPayment } from './cancel.ts';
import { confirmPayment } from './confirm.ts';
import { createOrder } from './create-order.ts';
import { quoteRoutes } from './quote-routes.ts';
import type { PaymentRecord } from './record.ts';

const { db } = await testDatabase(migrations);
const partner = new FakePartner();
const world = await openWorld(db, {
  routes: [routeTo('sakura-jp', { connectorAddress: 'sakura:1', maxInFlight: 1_000 })],
  clientAt: () => partner.client,
});
const soon = () => hostNowMs() + 20_000;

async function order(name: string, ttlSeconds?: number): Promise<PaymentRecord> {
  return (await createOrder(world, orderRequest(name, ttlSeconds), soon())).payment;
}

async function consentsTo(
  { paymentId }: PaymentRecord,
  ...walletIds: string[]
): Promise<ConfirmPaymentRequest[]> {
  const asked = { issuerId: 'harbour-wallet', paymentRequestId: '', targets: [], paymentId };
  const [quote] = await quoteRoutes(world, { ...asked, payeeAmount: undefined });
  const subject = { $case: 'paymentId' as const, value: paymentId };
  return walletIds.map((walletId) => ({
    ...{ issuerId: 'harbour-wallet', walletId, subject, quoteToken: quote?.quoteToken ?? '' },
  }));
}

const reasonOf = ({ reason }: PromiseRejectedResult) => (reason as { reason: string }).reason;

/** What all of it came to, whoever won: the issuer and the partner agree with the row. */
async function expectConsistent(payment: PaymentRecord): Promise<PaymentRecord> {
  const end = await expect
    .poll(() => world.book.read(payment), { timeout: 10_000 })
    .toMatchObject({ step: 'DONE' })
    .then(() => world.book.read(payment));
  if (!end) throw new Error('the payment is gone');
  const charge = world.issuer.charges.get(payment.paymentId)?.state ?? ChargeState.UNSEEN;
  const hasSucceeded = end.state === 'SUCCEEDED';
  expect(charge === ChargeState.CAPTURED).toBe(hasSucceeded);
  expect(charge).not.toBe(ChargeState.HELD);
  expect(partner.hasCharged(payment.paymentId)).toBe(hasSucceeded);
  return end;
}

describe('many at once', () => {
  test('fifty wallets confirm one order: one has it, nothing is held for the others', async () => {
    const waiting = await order('fifty');
    const wallets = Array.from(
      { length: 50 },
      (_, n) => `${WALLET_ID.slice(0, -2)}${String(n).padStart(2, '0')}`,
    );
    const consents = await consentsTo(waiting, ...wallets);
    const answers = await Promise.allSettled(
      consents.map((consent) => confirmPayment(world, consent, soon())),
    );
    const won = answers.filter(({ status }) => status === 'fulfilled');
    const lost = answers.filter((answer) => answer.status === 'rejected');
    expect(won).toHaveLength(1);
    expect(new Set(lost.map(reasonOf))).toEqual(new Set(['ORDER_TAKEN']));
    expect((await expectConsistent(waiting)).state).toBe('SUCCEEDED');
    const confirmed = partner.confirmations.get(waiting.paymentId);
    expect(confirmed?.state).toBe(ConfirmationState.CONFIRMED);
    expect(world.issuer.calls.filter((call) => call === 'hold')).toHaveLength(1);
  });

  test('one wallet confirms many times: one payment, and every answer is that one', async () => {
    const waiting = await order('insistent');
    const consents = await consentsTo(waiting, ...Array.from({ length: 20 }, () => WALLET_ID));
    const answers = await Promise.all(
      consents.map((consent) => confirmPayment(world, consent, soon())),
    );
    const ids = answers.map(({ payment }) => payment.paymentId);
    expect(new Set(ids)).toEqual(new Set([waiting.paymentId]));
    expect(answers.map(({ payment }) => payment.state)).not.toContain('DECLINED');
    await expectConsistent(waiting);
  });

  test('confirm against cancel, order by order: one of them has each', async () => {
    const ends = new Set<string>();
    for (let n = 0; n < 25; n += 1) {
      const waiting = await order(`confirm or cancel ${n}`);
      const [consent] = await consentsTo(waiting, OTHER_WALLET_ID);
      if (!consent) throw new Error('no consent');
      const [confirmed] = await Promise.allSettled([
        confirmPayment(world, consent, soon()),
        world.runtime.timers.sleep(n % 5).then(() => cancelPayment(world, waiting, soon())),
      ]);
      if (confirmed.status === 'rejected') expect(reasonOf(confirmed)).toBe('ORDER_CLOSED');
      ends.add((await expectConsistent(waiting)).state);
    }
    expect([...ends].every((state) => state === 'CANCELLED' || state === 'SUCCEEDED')).toBe(true);
  });

  test('a hundred times capture against cancel: exactly one winner each time', async () => {
    const orders = await Promise.all(Array.from({ length: 100 }, (_, n) => order(`capture ${n}`)));
    const consents = await Promise.all(orders.map((waiting) => consentsTo(waiting, WALLET_ID)));
    const begun = consents.flat().map((consent) => confirmPayment(world, consent, soon()));
    // Cancels meet the payments at every step on their way.
    const cancels = orders.map(async (waiting, n) => {
      await world.runtime.timers.sleep(n % 40);
      return cancelPayment(world, waiting, soon());
    });
    const outcomes = await Promise.allSettled(cancels);
    await Promise.allSettled(begun);
    for (const [n, waiting] of orders.entries()) {
      const end = await expectConsistent(waiting);
      const outcome = outcomes[n];
      expect(end.state).toBe(outcome?.status === 'fulfilled' ? 'CANCELLED' : 'SUCCEEDED');
      const facts = (await world.store.facts(waiting)).map(({ kind }) => kind);
      expect(facts.filter((kind) => kind === 'succeeded').length).toBeLessThanOrEqual(1);
      expect(facts.at(-1)).toBe(end.state === 'CANCELLED' ? 'cancelled' : 'succeeded');
    }
  });

  test('a hundred refunds of the whole at once: exactly one is made, at the original rate', async () => {
    const waiting = await order('refunded');
    const [consent] = await consentsTo(waiting, WALLET_ID);
    if (!consent) throw new Error('no consent');
    const { payment } = await confirmPayment(world, consent, soon());
    const { paymentId, partnerId } = payment;
    const { book, refunds, effects, worker: payments, runtime } = world;
    const worker = new RefundWorker(book, refunds, effects, payments, runtime);
    const asked = { partnerId, paymentId, payeeAmount: JPY_1280, reason: '' };
    const refundOnce = (_: unknown, n: number) =>
      createRefund(
        { book, refunds, worker, runtime },
        { ...asked, refundRequestId: `refund ${n}` },
        soon(),
      );
    const answers = await Promise.allSettled(Array.from({ length: 100 }, refundOnce));
    const lost = answers.filter((answer) => answer.status === 'rejected');
    expect(lost).toHaveLength(99);
    expect(new Set(lost.map(reasonOf))).toEqual(new Set(['REFUND_EXCEEDS_PAYMENT']));
    expect(await refunds.list(payment, undefined, 10)).toMatchObject([
      { state: 'SUCCEEDED', payerAmount: { currencyCode: 'HKD', amountMinor: 6_421n } },
    ]);
    await expect(cancelPayment(world, waiting, soon())).rejects.toMatchObject({
      reason: 'PAYMENT_REFUNDED',
    });
  });

  test('a hundred refunds that all fit at once: none loses a race, and they sum exactly', async () => {
    const waiting = await order('refunded in parts');
    const [consent] = await consentsTo(waiting, WALLET_ID);
    if (!consent) throw new Error('no consent');
    const { payment } = await confirmPayment(world, consent, soon());
    const { paymentId, partnerId } = payment;
    const { book, refunds, effects, worker: payments, runtime } = world;
    const worker = new RefundWorker(book, refunds, effects, payments, runtime);
    const rest = JPY_1280.amountMinor - 99n * 12n;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => {
        const payeeAmount = { currencyCode: 'JPY', amountMinor: n === 0 ? rest : 12n };
        const asked = {
          partnerId,
          paymentId,
          refundRequestId: `part ${n}`,
          payeeAmount,
          reason: '',
        };
        return createRefund({ book, refunds, worker, runtime }, asked, soon());
      }),
    );
    expect(answers.map(({ refund }) => refund.state)).not.toContain('PENDING');
    const back = answers.reduce((sum, { refund }) => sum + refund.payerAmount.amountMinor, 0n);
    expect(back).toBe(6_421n);
    // Each was accepted and carried out once, and its issuer was called once.
    expect((await world.book.read(payment))?.version).toBe(payment.version + 200);
    const calls = world.issuer.calls.filter((call) => call === 'refund');
    expect(calls).toHaveLength(101);
  });

  test('the outcome of a dispute against refunds of the same payment: the sum is the payment', async () => {
    const waiting = await order('disputed');
    const [consent] = await consentsTo(waiting, WALLET_ID);
    if (!consent) throw new Error('no consent');
    const { payment } = await confirmPayment(world, consent, soon());
    const { paymentId, partnerId } = payment;
    const { book, refunds, effects, worker: payments, runtime } = world;
    const worker = new RefundWorker(book, refunds, effects, payments, runtime);
    const deps = { book, refunds, worker, runtime };
    const disputeId = uuidFrom('dispute', 'race');
    const outcome = () =>
      refundDispute(deps, { partnerId, paymentId, disputeId, grantedAmount: JPY_1280 }, soon());
    const part = (n: number) => {
      const payeeAmount = { currencyCode: 'JPY', amountMinor: 100n };
      const asked = { partnerId, paymentId, payeeAmount, reason: '' };
      return createRefund(deps, { ...asked, refundRequestId: `part ${n}` }, soon());
    };
    const parts = await Promise.allSettled([part(1), part(2), outcome(), part(3), outcome()]);
    const [first, second] = await Promise.all([outcome(), outcome()]);
    expect(second.refund).toEqual(first.refund);
    expect(first.refund.refundRequestId).toBe(`dispute:${disputeId}`);
    const made = await refunds.list(payment, undefined, 10);
    const sum = (of: 'payeeAmount' | 'payerAmount') =>
      made.reduce((total, refund) => total + refund[of].amountMinor, 0n);
    expect(sum('payeeAmount')).toBe(1_280n);
    expect(sum('payerAmount')).toBe(6_421n);
    expect(parts.filter(({ status }) => status === 'rejected').length).toBeLessThan(4);
    const taken = { partnerId, paymentId, refundRequestId: 'dispute:mine', reason: '' };
    const squat = createRefund(deps, { ...taken, payeeAmount: JPY_1280 }, soon());
    await expect(squat).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
  });

  test('confirm against expiry: whoever comes first has the order', async () => {
    const waiting = await order('expiring', 1);
    const [consent] = await consentsTo(waiting, WALLET_ID);
    if (!consent) throw new Error('no consent');
    await world.runtime.timers.sleep(990);
    const close = async () => {
      await world.runtime.timers.sleep(10);
      const row = await world.book.read(waiting);
      return row?.step === 'AWAIT_PAYER' ? world.worker.takeUp(row) : row;
    };
    const [confirmed] = await Promise.allSettled([confirmPayment(world, consent, soon()), close()]);
    const end = await expectConsistent(waiting);
    expect(end.state).toBe(confirmed.status === 'fulfilled' ? 'SUCCEEDED' : 'CANCELLED');
  });
});
