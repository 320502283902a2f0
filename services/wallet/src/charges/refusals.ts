import { Refusal } from '@causeway/runtime';
import type { ChargeReason } from '../errors.ts';
import type { ChargeKey } from './command.ts';
import type { ChargeAnswer } from './record.ts';

/** The call was wrong; the charge is as it was. */
export function refused(
  reason: ChargeReason,
  message: string,
  { paymentId }: Pick<ChargeKey, 'paymentId'>,
): ChargeAnswer {
  return { refusal: new Refusal(reason, message, { metadata: { payment_id: paymentId } }) };
}

/** Nothing is known of the payment, so there is no hold to act on. */
export function unseen(key: ChargeKey): ChargeAnswer {
  return refused('CHARGE_UNKNOWN', 'nothing is known of this payment', key);
}
