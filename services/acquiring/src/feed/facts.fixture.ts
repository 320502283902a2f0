import { DeclineReason, PaymentMethod, PaymentState } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';

/** What the tests of the feed say of a fact. */
export interface Told {
  partnerId?: string;
  name: string;
  version: bigint;
  state?: PaymentState;
  merchantId?: string;
  createdMs?: number;
}

const NOON_MS = Date.UTC(2026, 10, 16, 4);

/** The id of the payment of this name. */
export const paymentIdOf = (name: string, partnerId = 'sakura') =>
  uuidFrom('payment', partnerId, name);

/** A fact as routing would tell it. */
export function factOf(told: Told): PaymentFact {
  const { partnerId = 'sakura', name, version, state = PaymentState.SUCCEEDED } = told;
  const paymentId = paymentIdOf(name, partnerId);
  const at = new Date(told.createdMs ?? NOON_MS);
  const merchantId = told.merchantId ?? '0b1c2d3e-0000-8000-8000-000000000001';
  return {
    factId: uuidFrom('fact', paymentId, String(version)),
    version,
    occurTime: at,
    ...{ routeId: 'sakura-jp', issuerCovered: false, acquirerCovered: false },
    kind:
      state === PaymentState.DECLINED
        ? { $case: 'declined', value: {} }
        : { $case: 'succeeded', value: {} },
    payment: {
      ...{ paymentId, paymentRequestId: name, version, state, partnerId },
      ...{ declineReason: DeclineReason.UNSPECIFIED, method: PaymentMethod.CODE },
      merchant: {
        ...{ merchantId, storeId: '', terminalId: '', displayName: 'Kissa' },
        ...{ countryCode: 'JP', city: 'Tokyo', categoryCode: '5814' },
      },
      payeeAmount: { currencyCode: 'JPY', amountMinor: 1_280n },
      payerAmount: { currencyCode: 'HKD', amountMinor: 6_503n },
      ...{ conversion: undefined, issuerId: 'harbour-wallet', cancelling: false },
      ...{ refundedPayeeAmount: undefined, refundedPayerAmount: undefined },
      ...{ acquirerClearingDate: '2026-11-16', issuerClearingDate: '2026-11-16' },
      ...{ createTime: at, updateTime: at, expireTime: at },
      ...{ payerReference: '8521****', orderDescription: '' },
      ...{
        agreementId: '',
        tipAmount: undefined,
        partnerReference: '',
        settlementAmount: undefined,
        settlementRate: '',
      },
    },
  };
}

/** The same, as the stream carries it. */
export const encodedFact = (told: Told): Uint8Array => PaymentFact.encode(factOf(told)).finish();
