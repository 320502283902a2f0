import type { SqlCheck } from './sql-check.ts';

/** What must hold of adjustments and disputes. */
export const CORRECTION_CHECKS: readonly SqlCheck[] = [
  {
    name: 'adjustments',
    rule: 'each adjustment was charged and posted once, by its amount, and a reversal is the opposite',
    breaches: `
      WITH charged AS (
        SELECT command_seq, participant_kind, participant_id, currency_code,
          sum(amount_minor) AS charged, count(*) AS charges
        FROM charges WHERE kind = 'adjustment'
        GROUP BY command_seq, participant_kind, participant_id, currency_code
      ), posted AS (
        SELECT a.code, a.owner, t.currency_code, t.transfer_id,
          CASE WHEN (a.code = 'acquirer_payable') = (a.account_id = t.credit_account_id)
            THEN t.amount_minor ELSE -t.amount_minor END AS posted
        FROM ledger_transfers t JOIN ledger_accounts a
          ON a.lane = t.lane AND a.account_id IN (t.debit_account_id, t.credit_account_id)
        WHERE t.code = 'adjustment' AND t.outcome = 'posted' AND a.owner <> ''
      ), totals AS (
        SELECT CASE code WHEN 'acquirer_payable' THEN 'acquirer' ELSE 'issuer' END
            AS participant_kind, owner AS participant_id, currency_code, sum(posted) AS posted
        FROM posted GROUP BY 1, 2, 3
      ), all_charges AS (
        SELECT participant_kind, participant_id, currency_code, sum(charged) AS charged
        FROM charged GROUP BY 1, 2, 3
      )
      SELECT a.adjustment_id::text AS what, a.amount_minor, c.charged, c.charges, r.amount_minor AS of
      FROM adjustments a
      LEFT JOIN charged c USING (command_seq, participant_kind, participant_id, currency_code)
      LEFT JOIN adjustments r ON r.adjustment_id = a.reverses
      WHERE c.charges IS DISTINCT FROM 1 OR c.charged IS DISTINCT FROM a.amount_minor
        OR r.amount_minor <> -a.amount_minor
      UNION ALL
      SELECT concat_ws(' ', participant_kind, participant_id, currency_code), p.posted, c.charged,
        NULL, NULL
      FROM totals p FULL JOIN all_charges c USING (participant_kind, participant_id, currency_code)
      WHERE p.posted IS DISTINCT FROM c.charged`,
  },
  {
    name: 'disputes',
    rule: 'each dispute stands where its last step led, and its steps are 1, 2, 3 … without a gap',
    breaches: `
      SELECT dispute_id, d.version, d.state, last.version AS last, last.state AS led_to, s.steps
      FROM disputes d
      LEFT JOIN LATERAL (
        SELECT version, state FROM dispute_steps s WHERE s.dispute_id = d.dispute_id
        ORDER BY version DESC LIMIT 1) last ON true
      LEFT JOIN LATERAL (
        SELECT count(*) AS steps FROM dispute_steps s WHERE s.dispute_id = d.dispute_id) s ON true
      WHERE (last.version, last.state, s.steps) IS DISTINCT FROM (d.version, d.state, d.version::bigint)`,
  },
  {
    name: 'outcomes',
    rule: 'each refund of an outcome is what its dispute granted and says, once all is booked',
    breaches: `
      WITH refunded AS (
        SELECT b.payment_id, b.subject_id AS refund_id, substr(b.request_id, 9) AS dispute_id,
          b.payee_minor, b.payee_currency, b.payer_minor, b.payer_currency
        FROM bookings b WHERE b.kind = 'refund' AND b.request_id LIKE 'dispute:%'
      )
      SELECT d.dispute_id, r.refund_id, d.state, d.granted_minor, r.payee_minor,
        d.refunded_payee_minor, r.payer_minor, d.refunded_payer_minor
      FROM disputes d FULL JOIN refunded r ON r.dispute_id = d.dispute_id::text
      WHERE CASE
        WHEN d.dispute_id IS NULL THEN true
        WHEN r.refund_id IS NULL
          THEN d.refund_id IS NOT NULL AND d.updated_at < now() - interval '1 minute'
        WHEN d.state = 'GRANTED' THEN (r.payment_id, r.payee_currency)
          <> (d.payment_id, d.currency_code) OR r.payee_minor > d.granted_minor
        ELSE (r.payment_id, r.refund_id, r.payee_currency, r.payee_minor, r.payer_minor,
              r.payer_currency)
          IS DISTINCT FROM (d.payment_id, d.refund_id, d.currency_code, d.refunded_payee_minor,
              d.refunded_payer_minor, d.refunded_currency)
      END`,
  },
];
