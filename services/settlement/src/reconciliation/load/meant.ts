import { uuidFrom } from '@causeway/runtime';
import type { PartnerLine } from '../readers/partner-csv.ts';

/** The ids of our books that a line may mean, by how sure it is. */
export interface MeantIds {
  /** The payment or refund that it names by our id. */
  namedId: string | undefined;
  /** The one whose id follows from the acquirer's own ids, which ours are made of. */
  derivedId: string | undefined;
  /** The payment, for a refund the one that it gives back of. */
  paymentId: string | undefined;
}

/**
 * What a line means. An acquirer's own ids mean something in its own file alone, so in a wallet
 * operator's nothing follows from them.
 */
export function idsMeant(line: PartnerLine, acquirerId: string | undefined): MeantIds {
  const derivedPayment = paymentFrom(acquirerId, line.requestId);
  const paymentId = line.paymentId ?? derivedPayment;
  if (line.kind === 'capture') {
    return { namedId: line.paymentId, derivedId: derivedPayment, paymentId };
  }
  const { refundId: namedId, refundRequestId } = line;
  const derivedId =
    paymentId === undefined || refundRequestId === undefined
      ? undefined
      : uuidFrom('refund', paymentId, refundRequestId);
  return { namedId, derivedId, paymentId };
}

const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const MOST_WORDS = 8;

/** The ids that a line's free text holds: ours, or those of acquirer's ids that it mentions. */
export function idsReferred(reference: string, acquirerId: string | undefined): string[] {
  const ours = reference.match(UUIDS) ?? [];
  const words = reference.split(/[\s,;:/|()]+/).filter((word) => /^[\x20-\x7e]{1,64}$/.test(word));
  const derived = words.slice(0, MOST_WORDS).flatMap((word) => paymentFrom(acquirerId, word) ?? []);
  return [...new Set([...ours.slice(0, MOST_WORDS), ...derived])];
}

function paymentFrom(acquirerId: string | undefined, requestId: string | undefined) {
  if (acquirerId === undefined || requestId === undefined) return undefined;
  return uuidFrom('payment', acquirerId, requestId);
}
