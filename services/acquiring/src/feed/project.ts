import { Payment, Refund } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { isUuid, laneOf, uuidFrom } from '@causeway/runtime';
import { embedded } from './wire.ts';

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

/** All kinds of lines that a feed may hold. */
export const KINDS: readonly string[] = Object.values(KIND_NAMES);

/** The number of `PaymentFact.payment`. */
const PAYMENT_FIELD = 4;

const MAX_KNOWN_LANES = 10_000;
const knownLanes = new Map<string, number>();

/** The lane in which all that belongs to a partner is kept. */
export function laneOfPartner(partnerId: string): number {
  const known = knownLanes.get(partnerId);
  if (known !== undefined) return known;
  const lane = laneOf(uuidFrom('partner', partnerId));
  // Partners are few; whatever else facts might name must not fill the memory.
  if (knownLanes.size < MAX_KNOWN_LANES) knownLanes.set(partnerId, lane);
  return lane;
}

/** Reads one fact. Throws where it is not a whole fact of routing. */
export function projectionOf(bytes: Uint8Array): Projection {
  const { factId, version, occurTime, payment, kind } = PaymentFact.decode(bytes);
  if (!isUuid(factId) || payment === undefined || kind === undefined || occurTime === undefined) {
    throw new Error('not a payment fact');
  }
  const { partnerId, paymentId, state, createTime, merchant } = payment;
  const lane = laneOfPartner(partnerId);
  const encoded = embedded(bytes, PAYMENT_FIELD) ?? Payment.encode(payment).finish();
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

function refundIn(kind: Kind): Uint8Array | undefined {
  if (kind.$case !== 'refundAccepted' && kind.$case !== 'refundSucceeded') return undefined;
  if (kind.value.refund === undefined) throw new Error('a refund fact without its refund');
  return Refund.encode(kind.value.refund).finish();
}
