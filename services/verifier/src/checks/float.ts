import type { SqlCheck } from './sql-check.ts';

// What each settlement with the switch moved, by the account that it took from or gave to.
const MOVED = `
  SELECT t.reference,
    sum(CASE a.account_id WHEN t.debit_account_id THEN t.amount_minor ELSE -t.amount_minor END)
      FILTER (WHERE a.code = 'payable_to_switch') AS settled,
    sum(CASE a.account_id WHEN t.credit_account_id THEN t.amount_minor ELSE -t.amount_minor END)
      FILTER (WHERE a.code = 'fees') AS fee,
    sum(CASE a.account_id WHEN t.debit_account_id THEN t.amount_minor ELSE -t.amount_minor END)
      FILTER (WHERE a.code = 'corrections') AS correction,
    sum(CASE a.account_id WHEN t.credit_account_id THEN t.amount_minor ELSE -t.amount_minor END)
      FILTER (WHERE a.code = 'float') AS paid
  FROM ledger_transfers t JOIN ledger_accounts a
    ON a.lane = t.lane AND a.account_id IN (t.debit_account_id, t.credit_account_id)
  WHERE t.outcome = 'posted' AND t.code IN ('settlement', 'fee', 'correction')
  GROUP BY t.reference`;

const PARTS = `user_minor + unclaimed_minor + payable_minor + fees_minor + corrections_minor
  - arrears_minor`;

/** What must hold of the money that backs the wallets. */
export const FLOAT_CHECKS: readonly SqlCheck[] = [
  {
    name: 'payable',
    rule: 'only payments, what undoes them and settlements move what is payable to the switch',
    breaches: `
      SELECT t.transfer_id, t.code, t.reference, t.amount_minor
      FROM ledger_transfers t JOIN ledger_accounts a
        ON a.lane = t.lane AND a.account_id IN (t.debit_account_id, t.credit_account_id)
      WHERE a.code = 'payable_to_switch' AND t.outcome = 'posted'
        AND t.code NOT IN ('payment', 'cancel', 'refund', 'settlement', 'fee', 'correction')`,
  },
  {
    name: 'settlements',
    rule: 'each settlement with the switch moved exactly what it says, once',
    breaches: `
      WITH moved AS (${MOVED})
      SELECT coalesce(s.clearing_date::text, m.reference) AS clearing_date, s.settled_minor,
        m.settled, s.fee_minor, m.fee, s.correction_minor, m.correction, s.paid_minor, m.paid
      FROM switch_settlements s FULL JOIN moved m ON m.reference = s.clearing_date::text
      WHERE (coalesce(s.settled_minor, 0), coalesce(s.fee_minor, 0),
             coalesce(s.correction_minor, 0), coalesce(s.paid_minor, 0))
         <> (coalesce(m.settled, 0), coalesce(m.fee, 0), coalesce(m.correction, 0),
             coalesce(m.paid, 0))`,
  },
  {
    name: 'float',
    rule: 'the float by the books is what it backs, purpose by purpose, and nothing else',
    breaches: `
      WITH sums AS (
        SELECT currency_code,
          coalesce(sum(debits_posted - credits_posted) FILTER (WHERE code = 'float'), 0) AS float,
          coalesce(sum(credits_posted - debits_posted) FILTER (WHERE code IN
            ('user', 'unclaimed', 'payable_to_switch', 'fees', 'corrections', 'losses', 'arrears')), 0)
            AS backed
        FROM ledger_accounts GROUP BY currency_code
      )
      SELECT currency_code, float, backed FROM sums WHERE float <> backed`,
  },
  {
    name: 'float days',
    rule: 'the parts of each day that was stated sum to its float',
    breaches: `
      SELECT float_date, float_minor, ${PARTS} AS parts FROM float_days
      WHERE float_minor <> ${PARTS}`,
  },
  {
    name: 'float proofs',
    rule: "each proof's parts, what it names as in transit and its difference make the bank's balance",
    breaches: `
      WITH named AS (
        SELECT p.*, ${PARTS} AS parts, coalesce((
          SELECT sum((item ->> 'amount_minor')::bigint)
          FROM jsonb_array_elements(in_transit) AS item), 0) AS on_the_way
        FROM float_proofs p
      )
      SELECT float_date, version, float_minor, parts, on_the_way, difference_minor, trust_minor
      FROM named
      WHERE float_minor <> parts OR in_transit_minor <> on_the_way
        OR trust_minor <> parts + on_the_way + difference_minor`,
  },
];
