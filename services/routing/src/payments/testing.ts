import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import type { Route } from '@causeway/proto/routing';
import type { Charge, ChargeState } from '@causeway/proto/wallet';
import { uuidFrom } from '@causeway/runtime';
import type { Moment } from './machine/types.ts';
import type { PaymentRecord } from './record.ts';
import type { Outbox } from './store.ts';

const CREATED = new Date('2026-03-13T03:00:00Z');

/** A payment of JPY 1,280 from HKD 64.21 whose charge is owed, changed as given. */
export function pendingPayment(changes: Partial<PaymentRecord> = {}): PaymentRecord {
  const payeeAmount = { currencyCode: 'JPY', amountMinor: 1280n };
  return {
    lane: 7,
    paymentId: '8f0c6f0e-0000-8000-8000-000000000007',
    version: 1,
    state: 'PENDING',
    step: 'CHARGE',
    dueAt: new Date(CREATED.getTime() + 10_000),
    declineReason: DeclineReason.UNSPECIFIED,
    method: PaymentMethod.CODE,
    partnerId: 'sakura',
    paymentRequestId: 'order-1',
    fingerprint: Buffer.from('01', 'hex'),
    issuerId: 'harbour-wallet',
    routeId: 'sakura-jp',
    payerReference: '852101020712345678901234',
    walletId: undefined,
    payeeAmount,
    payerAmount: hkd(6421n),
    terms: {
      payeeAmount,
      conversion: {
        quoteId: '8f0c6f0e-0000-8000-8000-0000000000aa',
        rateBoardId: '8f0c6f0e-0000-8000-8000-0000000000bb',
        rate: '19.9377',
        midRate: '20.0977',
        referenceRate: '20.1',
        referenceSource: 'ECB 2026-03-13',
        markupBps: 81,
        midPart: hkd(6368n),
        markupPart: hkd(52n),
        residualPart: hkd(1n),
      },
      merchant: undefined,
      partnerId: 'sakura',
      method: PaymentMethod.CODE,
      signature: '',
    },
    orderDescription: '',
    journey: undefined,
    routeDecision: undefined,
    refundedPayeeMinor: 0n,
    refundedPayerMinor: 0n,
    acquirerClearingDate: undefined,
    issuerClearingDate: undefined,
    settlement: undefined,
    createdAt: CREATED,
    updatedAt: CREATED,
    expiresAt: new Date(CREATED.getTime() + 60_000),
    ...{ issuerCovered: false, acquirerCovered: false },
    ...changes,
  };
}

/** The payment just confirmed by its payer, over routes in this order, its hold being owed. */
export function confirmedPayment(
  routes: readonly Route[],
  now: Date,
  walletId: string,
  changes: Partial<PaymentRecord> = {},
): PaymentRecord {
  const planned = routes.map(({ routeId, partnerId, connectorAddress }) => ({
    ...{ routeId, partnerId, merchant: undefined, schemeId: '', schemeAccount: {} },
    settlement: undefined,
    asksPartner: connectorAddress !== '',
    connectorAddress,
  }));
  return pendingPayment({
    ...{ step: 'HOLD', method: PaymentMethod.CASHIER, walletId, payerReference: walletId },
    ...{ createdAt: now, updatedAt: now, routeId: routes[0]?.routeId },
    dueAt: new Date(now.getTime() + 10_000),
    expiresAt: new Date(now.getTime() + 60_000),
    journey: {
      ...{ routes: planned, attempt: 0, orderReference: 'order-1', tipAmount: undefined },
      ...{ partnerReference: '', reverseTime: undefined, cancelling: false },
      ...{ wasCaptured: false, confirmed: false },
      refusal: DeclineReason.UNSPECIFIED,
    },
    ...changes,
  });
}

function hkd(amountMinor: bigint) {
  return { currencyCode: 'HKD', amountMinor };
}

/** A moment on the clearing day of the payment, changed as given. */
export function moment(changes: Partial<Moment> = {}): Moment {
  const now = new Date(CREATED.getTime() + 1_000);
  return {
    now,
    leaseUntil: new Date(now.getTime() + 10_000),
    acquirerClearingDate: '2026-03-13',
    issuerClearingDate: '2026-03-13',
    cancelOpen: true,
    ...{ acquirerCovered: false, doubtMs: 60_000 },
    ...changes,
  };
}

/** What the issuer recorded for the payment, as it was asked. */
export function chargeOf(
  payment: PaymentRecord,
  state: ChargeState,
  declineReason = DeclineReason.UNSPECIFIED,
): Charge {
  return {
    paymentId: payment.paymentId,
    state,
    declineReason,
    walletId: '8f0c6f0e-0000-8000-8000-0000000000cc',
    payerAmount: payment.payerAmount,
    refundedAmount: undefined,
    terms: payment.terms,
    createTime: CREATED,
    updateTime: CREATED,
  };
}

let places = 0;

/** Leaves facts in the queue, for nobody. */
export const UNPUBLISHED: Outbox = {
  place(lane) {
    places += 1;
    return { lane, batchId: uuidFrom('test', 'place', String(places)), claimMs: 0 };
  },
  publish() {},
};
