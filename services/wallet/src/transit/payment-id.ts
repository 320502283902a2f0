import { uuidFrom } from '@causeway/runtime';

/** The payment of the ride that begins with a tap: the tap's own, so that it is debited once. */
export function tapPaymentId(issuerId: string, grantId: string, counter: number): string {
  return uuidFrom('transit_tap', issuerId, grantId, String(counter));
}
