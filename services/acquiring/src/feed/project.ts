import { Payment, Refund } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { isUuid, laneOf, uuidFrom } from '@causeway/runtime';

/** One line of a partner's feed, before it has its place in it. */
export interface FeedEntry {
  /** The partner's lane. */
  lane: number;
  partnerId: string;
  factId: string;
  /** For example `payment.succeeded`. */
  kind: string;
  /** Encoded, as it goes out again. */
  payment: Uint8Array;
  refund: Uint8Array | undefined;
  occurredAt: Date;
}

/** The newest that is known of a payment. */
export interface PartnerPayment {
  /** The partner's lane. */
  lane: number;
  paymentId: string;
  partnerId: string;
  /** Absent where a cancel came before the payment was seen. */
  merchantId: string | undefined;
  state: number;
  version: bigint;
  createdAt: Date;
  /** Encoded, as it goes out again. */
  payment: Uint8Array;
}

/** What one fact says to the partner's lists and to its feed. */
export interface Projection {
  entry: FeedEntry;
  snapshot: PartnerPayment;
}

type Kind = NonNullable<PaymentFact['kind']>;

const KIND_NAMES: Record<Kind['$case'], string> = {
  succeeded: 'payment.succeeded',
  declined: 'payment.declined',
  cancelRequested: 'payment.cancel_requested',
  cancelled: 'payment.cancelled',
  refundAccepted: 'refund.accepted',
  refundSucceeded: 'refund.succeeded',
};

/** The lane in which all that belongs to a partner is kept. */
export function laneOfPartner(partnerId: string): number {
  return laneOf(uuidFrom('partner', partnerId));
}

/** Reads one fact. Throws where it is not a whole fact of routing. */
export function projectionOf(bytes: Uint8Array): Projection {
  const { factId, version, occurTime, payment, kind } = PaymentFact.decode(bytes);
  if (!isUuid(factId) || payment === undefined || kind === undefined || occurTime === undefined) {
    throw new Error('not a payment fact');
  }
  const { partnerId, paymentId, state, createTime, merchant } = payment;
  const lane = laneOfPartner(partnerId);
  const encoded = Payment.encode(payment).finish();
  return {
    entry: {
      ...{ lane, partnerId, factId },
      kind: KIND_NAMES[kind.$case],
      payment: encoded,
      refund: refundIn(kind),
      occurredAt: occurTime,
    },
    snapshot: {
      ...{ lane, partnerId, paymentId, state, version },
      merchantId: merchant?.merchantId || undefined,
      createdAt: createTime ?? occurTime,
      payment: encoded,
    },
  };
}

/** The last version of each payment among these, since one statement changes a row only once. */
export function newestPerPayment(snapshots: readonly PartnerPayment[]): PartnerPayment[] {
  const newest = new Map<string, PartnerPayment>();
  for (const snapshot of snapshots) {
    const known = newest.get(snapshot.paymentId);
    if (known === undefined || known.version < snapshot.version) {
      newest.set(snapshot.paymentId, snapshot);
    }
  }
  return [...newest.values()];
}

function refundIn(kind: Kind): Uint8Array | undefined {
  if (kind.$case !== 'refundAccepted' && kind.$case !== 'refundSucceeded') return undefined;
  if (kind.value.refund === undefined) throw new Error('a refund fact without its refund');
  return Refund.encode(kind.value.refund).finish();
}
