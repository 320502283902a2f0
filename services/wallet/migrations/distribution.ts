import type { Distribution } from '@causeway/db';

/**
 * Where the tables stand once the wallet's database is a Citus cluster. All of a wallet is in its lane,
 * and a charge touches nothing else.
 */
export const distribution: Distribution = {
  byLane: [
    'wallets',
    'ledger_accounts',
    'ledger_transfers',
    'charges',
    'charge_refunds',
    'limit_usage',
    'payment_codes',
    'fund_movements',
    'agreements',
    'agreement_usage',
    'confirmed_payments',
    'transit_grants',
  ],
  everywhere: [
    // Every charge by a code reads the board that its payer was shown.
    'rate_boards',
    // Grants reference the key that signed them.
    'transit_keys',
  ],
  here: [
    // An agreement's id names no lane: this is where its lane is looked up, before the charge.
    'agreement_lanes',
    'switch_settlements',
    'float_days',
    'float_proofs',
    'transit_deny_list',
  ],
  plainIndexes: [
    {
      // Places in the deny list are given under the lock of its one row, and so are never equal.
      index: 'transit_grants_listed',
      sql: `CREATE INDEX transit_grants_listed ON transit_grants (deny_version)
              WHERE deny_version IS NOT NULL`,
    },
  ],
};
