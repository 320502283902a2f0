import { uuidFrom } from '@causeway/runtime';
import type { Tap } from '../charges/command.ts';

/** The payment of the ride that begins with a tap, or of a loss: its own, so that it is taken once. */
export function tapPaymentId(issuerId: string, { grantId, counter, lossId }: Tap): string {
  if (lossId !== undefined) return uuidFrom('transit_loss', issuerId, grantId, lossId);
  return uuidFrom('transit_tap', issuerId, grantId, String(counter));
}
