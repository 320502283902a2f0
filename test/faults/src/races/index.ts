import type { Race } from '../fault.ts';
import { agreementCaps, netDebitCap } from './caps.ts';
import { captureAgainstCancel, chargeAgainstCancel } from './capture-cancel.ts';
import { idempotency } from './idempotency.ts';
import { codeUse, orderTaken, quoteUse } from './one-use.ts';
import { refundAgainstCancel, refundSum, refundsThatFit } from './refund-sum.ts';

/** Every race, in the order in which they are run. */
export const RACES: readonly Race[] = [
  ...[idempotency, refundSum, refundsThatFit, refundAgainstCancel],
  ...[captureAgainstCancel, chargeAgainstCancel, quoteUse, codeUse, orderTaken],
  ...[agreementCaps, netDebitCap],
];
