import type { SqlCheck } from './sql-check.ts';

/** What payments moved into payable to the switch, and refunds and cancels out of it. */
const PAYABLE_OF_PAYMENTS = `
  SELECT t.reference, t.currency_code,
    CASE a.account_id WHEN t.credit_account_id THEN t.amount_minor ELSE -t.amount_minor END AS taken
  FROM ledger_transfers t JOIN ledger_accounts a
    ON a.lane = t.lane AND a.account_id IN (t.credit_account_id, t.debit_account_id)
  WHERE a.code = 'payable_to_switch' AND t.outcome = 'posted' AND t.kind IN ('post', 'capture')
    AND t.code IN ('payment', 'cancel', 'refund')`;

/** What each payment moved into payable to the switch, refunds and cancels taken off. */
export const TAKEN = `
  SELECT coalesce(r.payment_id, e.reference::uuid) AS payment_id, sum(e.taken) AS taken
  FROM (${PAYABLE_OF_PAYMENTS}) e
  LEFT JOIN charge_refunds r ON r.refund_id = e.reference::uuid
  GROUP BY 1`;

/** What a wallet operator owes by its payments, whatever of it was settled. */
export const OWED_BY_PAYMENTS = `
  SELECT currency_code, sum(taken)::text AS sum FROM (${PAYABLE_OF_PAYMENTS}) e
  GROUP BY currency_code`;

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
  {
    name: 'agreements',
    rule: 'what an agreement used of a period is what its charges then took and kept, within its caps',
    breaches: `
      WITH used AS (
        SELECT c.agreement_id, to_char(c.allowance_day,
                 CASE a.period WHEN 'day' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM' END) AS period_used,
               sum(c.amount_minor - c.refunded_minor) AS used, max(c.amount_minor) AS largest,
               bool_or(a.wallet_id <> c.wallet_id) AS strange
        FROM charges c JOIN agreements a USING (lane, agreement_id)
        WHERE c.state IN ('held', 'captured') GROUP BY 1, 2
      )
      SELECT agreement_id, period_used AS period, u.used_minor, used.used, used.largest, used.strange
      FROM (SELECT agreement_id, period AS period_used, used_minor FROM agreement_usage) u
      FULL JOIN used USING (agreement_id, period_used)
      LEFT JOIN agreements a USING (agreement_id)
      WHERE coalesce(u.used_minor, 0) <> coalesce(used.used, 0) OR used.strange
        OR u.used_minor > a.period_cap_minor OR used.largest > a.charge_cap_minor`,
  },
  {
    name: 'charges under agreements',
    rule: 'a charge that took money under an agreement did so under one that was signed',
    breaches: `
      SELECT c.payment_id, c.agreement_id, l.wallet_id FROM charges c
      LEFT JOIN agreements a ON (a.lane, a.agreement_id) = (c.lane, c.agreement_id)
      LEFT JOIN agreement_lanes l ON l.agreement_id = c.agreement_id
      WHERE c.agreement_id IS NOT NULL
        AND (l.lane IS DISTINCT FROM c.lane OR l.wallet_id IS DISTINCT FROM c.wallet_id
             OR (c.state IN ('held', 'captured') AND a.agreement_id IS NULL))`,
  },
  {
    name: 'advances',
    rule: 'each advance was made once, for a charge under an agreement or a ride, and not above what it cost',
    breaches: `
      SELECT t.transfer_id, t.reference, t.amount_minor, c.amount_minor AS charged
      FROM ledger_transfers t
      LEFT JOIN charges c ON c.lane = t.lane AND c.payment_id = t.reference::uuid
      WHERE t.code = 'advance' AND t.outcome = 'posted'
        AND (num_nonnulls(c.agreement_id, c.grant_id) <> 1 OR c.state = 'declined' OR t.amount_minor > c.amount_minor)`,
  },
  {
    name: 'grants',
    rule: 'what a transit grant was used for is what its rides took, and what it lost what the operator bore, within its caps',
    breaches: `
      SELECT g.grant_id, g.used_minor, g.ride_count, c.taken, c.rides, g.lost_minor, c.lost,
        g.borne_minor, c.borne
      FROM transit_grants g
      LEFT JOIN (
        SELECT lane, grant_id,
               sum(amount_minor) FILTER (WHERE rode AND NOT declined) AS taken,
               count(*) FILTER (WHERE rode AND NOT declined) AS rides,
               max(amount_minor) FILTER (WHERE NOT declined) AS dearest,
               sum(amount_minor) FILTER (WHERE rode AND decline_reason = 'INSUFFICIENT_FUNDS')
                 AS lost,
               sum(amount_minor) FILTER (WHERE NOT rode AND NOT declined) AS borne
        FROM (
          SELECT c.*, c.wallet_id = own.wallet_id AS rode, c.state = 'declined' AS declined
          FROM charges c JOIN transit_grants own USING (lane, grant_id)
        ) c GROUP BY lane, grant_id
      ) c ON (c.lane, c.grant_id) = (g.lane, g.grant_id)
      WHERE g.used_minor <> coalesce(c.taken, 0)
        OR g.ride_count <> coalesce(c.rides, 0)
        OR g.lost_minor <> coalesce(c.lost, 0)
        OR coalesce(c.dearest, 0) > g.ride_cap_minor
        OR g.used_minor > g.total_cap_minor
        OR g.borne_minor <> coalesce(c.borne, 0)
        OR g.borne_minor > g.total_cap_minor`,
  },
  {
    name: 'losses',
    rule: 'only the operator’s own wallets bear losses, and only for rides under grants that it signed',
    breaches: `
      SELECT c.payment_id, c.wallet_id, c.grant_id FROM charges c
      JOIN ledger_accounts a ON (a.lane, a.account_id) = (c.lane, c.wallet_id)
      LEFT JOIN transit_grants g ON (g.lane, g.grant_id) = (c.lane, c.grant_id)
      WHERE a.code = 'losses' AND g.grant_id IS NULL
      UNION ALL
      SELECT c.payment_id, c.wallet_id, c.grant_id FROM charges c
      JOIN ledger_accounts a ON (a.lane, a.account_id) = (c.lane, c.wallet_id)
      JOIN transit_grants g ON (g.lane, g.grant_id) = (c.lane, c.grant_id)
      WHERE a.code <> 'losses' AND g.wallet_id <> c.wallet_id`,
  },
  {
    name: 'arrears',
    rule: 'a wallet that owes is marked so, has nothing to spend, and none of its agreements is active',
    breaches: `
      SELECT w.wallet_id, w.owes, a.debits_posted - a.credits_posted AS arrears, g.active, g.waiting
      FROM wallets w
      JOIN ledger_accounts u ON (u.lane, u.account_id) = (w.lane, w.wallet_id)
      LEFT JOIN ledger_accounts a ON a.code = 'arrears' AND a.lane = w.lane AND a.owner = w.wallet_id::text
      LEFT JOIN (
        SELECT lane, wallet_id, bool_or(state = 'active') AS active,
               bool_or(suspended_for = 'arrears') AS waiting
        FROM agreements GROUP BY lane, wallet_id
      ) g ON (g.lane, g.wallet_id) = (w.lane, w.wallet_id)
      WHERE w.owes <> (coalesce(a.debits_posted - a.credits_posted, 0) > 0)
        OR (w.owes AND (g.active OR u.credits_posted - u.debits_posted <> u.debits_held))
        OR (NOT w.owes AND g.waiting)`,
  },
];

export const WALLET_TABLES = [
  'transit_grants',
  'ledger_accounts',
  'ledger_transfers',
  'wallets',
  'payment_codes',
  'charges',
  'charge_refunds',
  'limit_usage',
  'agreements',
  'agreement_usage',
  'switch_settlements',
  'float_days',
  'float_proofs',
];
