import type { Database } from '@causeway/db';
import type { Rules } from '../charges/transfers.ts';
import { selectStatement } from './store.ts';

/** What the ledger holds by purpose, at one moment, in minor units of the wallets' currency. */
export interface FloatStatement {
  /** YYYY-MM-DD, in the policy's time zone. */
  floatDate: string;
  takenAt: Date;
  userMinor: bigint;
  /** What of it is held for payments on their way. */
  heldMinor: bigint;
  unclaimedMinor: bigint;
  payableMinor: bigint;
  feesMinor: bigint;
  /** What the switch corrected, and what of transit the operator bears itself, taken off. */
  correctionsMinor: bigint;
  arrearsMinor: bigint;
  /** What the trust account holds by the books: the sum of the others, arrears taken off. */
  floatMinor: bigint;
}

/** Every account is read, so that it takes a second for each million wallets or so. */
const TIMEOUT_MS = 60_000;

/**
 * What the ledger holds now. One statement sees one moment, so that a payment is either in all of
 * its accounts or in none.
 */
export function takeStatement(
  db: Database,
  { policy: { currencyCode, timeZone } }: Rules,
): Promise<FloatStatement> {
  return db.transaction((tx) => selectStatement(tx, { currencyCode, timeZone }), {
    statementTimeoutMs: TIMEOUT_MS,
  });
}
