import type { Money } from '@causeway/proto/common';
import type { Input } from './machine/types.ts';
import type { PaymentRecord } from './record.ts';

/** Tells whoever scores routes how one did, and what it carried where it went well. */
export type ObserveRoute = (
  routeId: string,
  wentWell: boolean,
  payeeAmount: Money | undefined,
) => void;

/** Whether the issuer let go of a hold that was ours to end. */
export function isHoldLost(before: PaymentRecord, input: Input, after: PaymentRecord): boolean {
  return before.step === 'CAPTURE' && input.kind === 'charged' && after.state !== 'SUCCEEDED';
}

/**
 * What a decision says of the route that the payment was on before it; undefined where it says
 * nothing: that a payer has no money, or that a connector was kept from being asked, is not the
 * route's doing.
 */
export function routeOutcome(
  before: PaymentRecord,
  input: Input,
  after: PaymentRecord,
): boolean | undefined {
  if (before.state === 'PENDING' && after.state === 'SUCCEEDED') return true;
  if (before.step !== 'CONFIRM' && before.step !== 'INQUIRE') return undefined;
  switch (input.kind) {
    case 'doubtful':
      // Once for each payment, when its doubt begins.
      return before.step === 'CONFIRM' ? false : undefined;
    case 'untried':
      return input.unreachable ? false : undefined;
    case 'refused':
      return input.final ? undefined : false;
    default:
      return undefined;
  }
}
