import type { SqlCheck } from './sql-check.ts';

/** What each payment moved into payable to the switch, refunds and cancels taken off. */
export const TAKEN = `
  SELECT coalesce(r.payment_id, e.reference::uuid) AS payment_id, sum(e.taken) AS taken
  FROM (
    SELECT t.reference, t.amount_minor AS taken
    FROM ledger_transfers t JOIN ledger_accounts a
      ON (a.lane, a.account_id) = (t.lane, t.credit_account_id)
    WHERE a.code = 'payable_to_switch' AND t.outcome = 'posted' AND t.kind IN ('post', 'capture')
    UNION ALL
    SELECT t.reference, -t.amount_minor
    FROM ledger_transfers t JOIN ledger_accounts a
      ON (a.lane, a.account_id) = (t.lane, t.debit_account_id)
    WHERE a.code = 'payable_to_switch' AND t.outcome = 'posted' AND t.kind IN ('post', 'capture')
  ) e
  LEFT JOIN charge_refunds r ON r.refund_id = e.reference::uuid
  GROUP BY 1`;

/** What must hold at a wallet operator beyond its ledger. */
export const WALLET_CHECKS: readonly SqlCheck[] = [
  {
    name: 'charges',
    rule: 'each charge moved exactly what it says: its amount less refunds if captured, else nothing',
    breaches: `
      WITH taken AS (${TAKEN})
      SELECT payment_id, c.state, c.amount_minor, c.refunded_minor, t.taken
      FROM charges c FULL JOIN taken t USING (payment_id)
      WHERE coalesce(t.taken, 0) <> CASE c.state
        WHEN 'captured' THEN c.amount_minor - c.refunded_minor ELSE 0 END
        OR c.payment_id IS NULL`,
  },
  {
    name: 'holds of charges',
    rule: 'what is held on wallets is what the held charges reserved',
    breaches: `
      WITH held AS (SELECT wallet_id, sum(amount_minor) AS held FROM charges WHERE state = 'held' GROUP BY wallet_id)
      SELECT a.account_id AS wallet_id, a.debits_held, h.held
      FROM ledger_accounts a LEFT JOIN held h ON h.wallet_id = a.account_id
      WHERE a.code = 'user' AND a.debits_held <> coalesce(h.held, 0)`,
  },
  {
    name: 'refunds',
    rule: 'what a charge says was refunded is the sum of its refunds',
    breaches: `
      SELECT c.payment_id, c.refunded_minor, coalesce(sum(r.payer_amount_minor), 0) AS refunds
      FROM charges c LEFT JOIN charge_refunds r USING (lane, payment_id)
      GROUP BY c.lane, c.payment_id, c.refunded_minor
      HAVING c.refunded_minor <> coalesce(sum(r.payer_amount_minor), 0)`,
  },
  {
    name: 'allowances',
    rule: 'what a wallet used of a day or a year is what its charges of that day took and kept',
    breaches: `
      WITH kept AS (
        SELECT wallet_id, allowance_day, amount_minor - refunded_minor AS amount
        FROM charges WHERE state IN ('held', 'captured')
      ), used AS (
        SELECT wallet_id, to_char(allowance_day, 'YYYY-MM-DD') AS period, sum(amount) AS used
        FROM kept GROUP BY 1, 2
        UNION ALL
        SELECT wallet_id, to_char(allowance_day, 'YYYY'), sum(amount) FROM kept GROUP BY 1, 2
      )
      SELECT wallet_id, period, l.used_minor, u.used
      FROM limit_usage l FULL JOIN used u USING (wallet_id, period)
      WHERE coalesce(l.used_minor, 0) <> coalesce(u.used, 0)`,
  },
  {
    name: 'codes',
    rule: 'a code was used by one payment, which is on record',
    breaches: `
      SELECT p.used_by AS payment_id, count(*) AS codes FROM payment_codes p
      LEFT JOIN charges c ON c.payment_id = p.used_by
      WHERE p.used_by IS NOT NULL GROUP BY p.used_by, c.payment_id
      HAVING count(*) > 1 OR c.payment_id IS NULL`,
  },
];

export const WALLET_TABLES = [
  'ledger_accounts',
  'ledger_transfers',
  'wallets',
  'payment_codes',
  'charges',
  'charge_refunds',
  'limit_usage',
];
