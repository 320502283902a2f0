import type { SqlCheck } from './sql-check.ts';

// What each booking does to each account, debits above zero, from the bookings themselves.
const POSTINGS = `
  SELECT lane, payment_id, kind, subject_id, issuer_id, partner_id,
         CASE kind WHEN 'refund' THEN 'issuer_refunds' ELSE 'issuer_receivable' END AS code,
         issuer_id AS owner, payer_currency AS currency_code,
         CASE kind WHEN 'capture' THEN payer_minor ELSE -payer_minor END AS minor
  FROM bookings
  UNION ALL
  SELECT lane, payment_id, kind, subject_id, issuer_id, partner_id,
         CASE kind WHEN 'refund' THEN 'acquirer_refunds' ELSE 'acquirer_payable' END,
         partner_id, payee_currency,
         CASE kind WHEN 'capture' THEN -payee_minor ELSE payee_minor END
  FROM bookings
  UNION ALL
  SELECT lane, payment_id, kind, subject_id, issuer_id, partner_id,
         part.code, '', part.currency_code,
         CASE kind WHEN 'capture' THEN -part.minor ELSE part.minor END
  FROM bookings CROSS JOIN LATERAL (VALUES
    ('fx_clearing', payer_currency, mid_minor), ('fx_clearing', payee_currency, -payee_minor),
    ('markup_income', payer_currency, markup_minor), ('rounding', payer_currency, residual_minor)
  ) AS part (code, currency_code, minor)
  WHERE payer_currency <> payee_currency`;

/** What must hold in the switch's books. */
export const SETTLEMENT_CHECKS: readonly SqlCheck[] = [
  {
    name: 'balances',
    rule: 'what payments did to each account is exactly the debits and the credits of its bookings',
    breaches: `
      WITH sums AS (
        SELECT lane, code, owner, currency_code,
          coalesce(sum(minor) FILTER (WHERE minor > 0), 0) AS debits,
          coalesce(-sum(minor) FILTER (WHERE minor < 0), 0) AS credits
        FROM (${POSTINGS}) AS posting WHERE minor <> 0 GROUP BY lane, code, owner, currency_code
      )
      SELECT code, owner, lane, currency_code, a.debits_posted, s.debits, a.credits_posted, s.credits
      FROM booked_accounts a FULL JOIN sums s USING (lane, code, owner, currency_code)
      WHERE coalesce(a.debits_posted, 0) <> coalesce(s.debits, 0)
        OR coalesce(a.credits_posted, 0) <> coalesce(s.credits, 0)`,
  },
  {
    name: 'both sides',
    rule: 'each booking sums to zero in each of its currencies',
    breaches: `
      SELECT payment_id, kind, subject_id, currency_code, sum(minor) AS sum
      FROM (${POSTINGS}) AS posting
      GROUP BY lane, payment_id, kind, subject_id, currency_code HAVING sum(minor) <> 0`,
  },
  {
    name: 'undone',
    rule: 'what is cancelled or given back is no more than what was captured, once all is booked',
    breaches: `
      WITH sums AS (
        SELECT payment_id,
          sum(payee_minor) FILTER (WHERE kind = 'capture') AS captured,
          sum(payee_minor) FILTER (WHERE kind <> 'capture') AS undone
        FROM bookings GROUP BY lane, payment_id
      )
      SELECT payment_id, captured, undone FROM sums WHERE undone > captured`,
  },
];

/** Per payment: what the payer paid and was not given back, and what the payee earned. */
export const SETTLEMENT_LINES = `
  SELECT payment_id,
    sum(CASE kind WHEN 'capture' THEN payer_minor ELSE -payer_minor END)::bigint AS payer,
    sum(CASE kind WHEN 'capture' THEN payee_minor ELSE -payee_minor END)::bigint AS payee
  FROM bookings GROUP BY payment_id ORDER BY payment_id`;
