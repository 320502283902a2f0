import type { SqlCheck } from './sql-check.ts';

// What each booking is to each of its two participants' windows. An acquirer is settled in its
// settlement currency where a booking has one.
const LINES = `
  SELECT 'acquirer' AS participant_kind, partner_id AS participant_id,
         acquirer_clearing_date AS clearing_date, lane, payment_id, kind,
         coalesce(settlement_currency, payee_currency) AS currency_code,
         coalesce(settlement_minor, payee_minor) AS minor,
         payee_currency AS booked_currency, payee_minor AS booked_minor
  FROM bookings
  UNION ALL
  SELECT 'issuer', issuer_id, issuer_clearing_date, lane, payment_id, kind, payer_currency,
         payer_minor, payer_currency, payer_minor
  FROM bookings`;

const KEY = 'participant_kind, participant_id, clearing_date';

/** What must hold of the clearing windows. */
export const WINDOW_CHECKS: readonly SqlCheck[] = [
  {
    name: 'windows',
    rule: 'a final window holds what was captured on its day and not cancelled, and what was refunded',
    breaches: `
      WITH line AS (${LINES}), items AS (
        SELECT ${KEY}, currency_code, count(*) AS items,
          coalesce(sum(minor) FILTER (WHERE kind = 'capture'), 0) AS captured,
          coalesce(sum(minor) FILTER (WHERE kind = 'refund'), 0) AS refunded
        FROM line WHERE kind = 'refund' OR kind = 'capture' AND NOT EXISTS (
          SELECT FROM bookings c WHERE c.lane = line.lane AND c.payment_id = line.payment_id
            AND c.kind = 'cancel')
        GROUP BY ${KEY}, currency_code
      )
      SELECT ${KEY}, currency_code, s.item_count, i.items, s.captured_minor, i.captured,
             s.refunded_minor, i.refunded
      FROM (SELECT * FROM window_sums) s
      FULL JOIN (
        SELECT items.* FROM items JOIN windows USING (${KEY}) WHERE final_at IS NOT NULL
      ) i USING (${KEY}, currency_code)
      WHERE coalesce(s.item_count, 0) <> coalesce(i.items, 0)
        OR coalesce(s.captured_minor, 0) <> coalesce(i.captured, 0)
        OR coalesce(s.refunded_minor, 0) <> coalesce(i.refunded, 0)`,
  },
  {
    name: 'charges',
    rule: 'a final window took exactly the corrections that its sums name, and no other one did',
    breaches: `
      WITH taken AS (
        SELECT ${KEY}, currency_code,
          coalesce(sum(amount_minor) FILTER (WHERE kind = 'adjustment'), 0) AS adjustments,
          coalesce(sum(amount_minor) FILTER (WHERE kind = 'dispute'), 0) AS disputes,
          coalesce(sum(amount_minor) FILTER (WHERE kind = 'carry'), 0) AS carried
        FROM charges WHERE clearing_date IS NOT NULL GROUP BY ${KEY}, currency_code
      )
      SELECT ${KEY}, currency_code, adjustments_minor, adjustments, disputes_minor, disputes,
             carried_minor, carried
      FROM window_sums s FULL JOIN taken t USING (${KEY}, currency_code)
      WHERE coalesce(adjustments_minor, 0) <> coalesce(adjustments, 0)
        OR coalesce(disputes_minor, 0) <> coalesce(disputes, 0)
        OR coalesce(carried_minor, 0) <> coalesce(carried, 0)`,
  },
  {
    name: 'order',
    rule: 'windows of a participant become final one after the other, without a day between',
    breaches: `
      SELECT ${KEY}, state, next_date, next_state FROM (
        SELECT ${KEY}, state,
          lead(clearing_date) OVER w AS next_date, lead(state) OVER w AS next_state
        FROM windows WINDOW w AS (PARTITION BY participant_kind, participant_id
          ORDER BY clearing_date)
      ) AS pairs
      WHERE next_date <> clearing_date + 1
        OR state IN ('OPEN', 'CLOSED') AND next_state NOT IN ('OPEN', 'CLOSED')`,
  },
  {
    name: 'owed',
    rule: 'what stands on the accounts of a participant is what is due, waits, or is of no final day',
    breaches: `
      WITH line AS (${LINES}), parts AS (
        SELECT participant_kind, participant_id, booked_currency AS currency_code,
               CASE kind WHEN 'capture' THEN booked_minor ELSE -booked_minor END AS minor
        FROM line LEFT JOIN windows USING (${KEY}) WHERE final_at IS NULL
        UNION ALL
        SELECT participant_kind, participant_id, currency_code, due_minor
        FROM window_sums JOIN windows USING (${KEY}) WHERE state = 'PENDING'
        UNION ALL
        SELECT participant_kind, participant_id, currency_code, amount_minor
        FROM charges WHERE clearing_date IS NULL
      ), expected AS (
        SELECT participant_kind, participant_id, currency_code, sum(minor) AS minor
        FROM parts GROUP BY participant_kind, participant_id, currency_code
      ), standing AS (
        SELECT CASE WHEN code LIKE 'acquirer%' THEN 'acquirer' ELSE 'issuer' END AS participant_kind,
          owner AS participant_id, currency_code,
          sum(CASE WHEN code LIKE 'acquirer%' THEN credits_posted - debits_posted
                   ELSE debits_posted - credits_posted END) AS minor
        FROM accounts
        WHERE code IN ('acquirer_payable', 'acquirer_refunds', 'issuer_receivable', 'issuer_refunds')
        GROUP BY 1, owner, currency_code
      )
      SELECT participant_kind, participant_id, currency_code, s.minor AS stands, e.minor AS expected
      FROM standing s FULL JOIN expected e USING (participant_kind, participant_id, currency_code)
      WHERE coalesce(s.minor, 0) <> coalesce(e.minor, 0)`,
  },
];
