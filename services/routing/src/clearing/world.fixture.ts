import type { Database } from '@causeway/db';
import { ParticipantKind } from '@causeway/proto/common';
import { ChargeState } from '@causeway/proto/wallet';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import type { PaymentBook } from '../payments/book.ts';
import type { PaymentRecord } from '../payments/record.ts';
import { chargeOf, pendingPayment } from '../payments/testing.ts';
import { openWorld, type WorldOptions } from '../testing/world.fixture.ts';
import type { SealDeps } from './seal-worker.ts';
import { TotalsStore } from './totals-store.ts';

export const SAKURA = { kind: ParticipantKind.ACQUIRER, id: 'sakura' };
export const HARBOUR_WALLET = { kind: ParticipantKind.ISSUER, id: 'harbour-wallet' };

/** Noon in Tokyo on 2026-03-13; the wallet operator of the fixture clears there too. */
export const NOON_MS = Date.parse('2026-03-13T03:00:00Z');

/** One replica over a real database, whose time stands still until a test moves it. */
export async function replica(db: Database, options: WorldOptions & { startMs?: number } = {}) {
  const runtime = manualRuntime({ startMs: options.startMs ?? NOON_MS });
  const world = await openWorld(db, { ...options, runtime });
  const { clearing: store, days, directory } = world;
  const deps: SealDeps = { store, days, directory, runtime };
  return { ...world, runtime, deps, totals: new TotalsStore(db) };
}

/** A payment whose charge is owed, of JPY 1,280 unless changed. */
export async function pending(
  book: PaymentBook,
  name: string,
  changes: Partial<PaymentRecord> = {},
): Promise<PaymentRecord> {
  const paymentId = uuidFrom('test', name);
  const payment = pendingPayment({ paymentId, lane: laneOf(paymentId), ...changes });
  if (!(await book.insert(payment))) throw new Error(`${name} is not new`);
  return payment;
}

/** The issuer says that the payment is captured; answers the payment as it is then. */
export async function captured(book: PaymentBook, payment: PaymentRecord): Promise<PaymentRecord> {
  const charge = chargeOf(payment, ChargeState.CAPTURED);
  const applied = await book.apply(payment, { kind: 'charged', charge });
  if (applied.outcome !== 'done') throw new Error(`not captured but ${applied.outcome}`);
  return applied.payment;
}

/** A whole refund of a payment, to the moment when the issuer says that the payer has it. */
export async function accepted(book: PaymentBook, payment: PaymentRecord, amountMinor = 1_280n) {
  const refund = {
    ...{ refundId: uuidFrom('refund', payment.paymentId), refundRequestId: 'all', reason: '' },
    payeeAmount: { currencyCode: 'JPY', amountMinor },
  };
  const applied = await book.apply(payment, { kind: 'refund', refund });
  if (applied.outcome !== 'done' || !applied.refund) throw new Error('not accepted');
  return { payment: applied.payment, refund: applied.refund };
}
