import type { SqlCheck } from './sql-check.ts';

/** What must hold between a payment's row and its history, and between the seals of a day. */
export const ROUTING_CHECKS: readonly SqlCheck[] = [
  {
    name: 'facts and states',
    rule: 'a payment at rest has the fact of its state, and no payment has a fact that denies it',
    breaches: `
      WITH told AS (
        SELECT lane, payment_id, max(version) AS version,
          bool_or(kind = 'succeeded') AS succeeded, bool_or(kind = 'declined') AS declined,
          bool_or(kind = 'cancelled') AS cancelled
        FROM payment_facts GROUP BY lane, payment_id
      )
      SELECT payment_id, p.state, p.step, p.version, t.version AS told, t.succeeded, t.declined, t.cancelled
      FROM payments p FULL JOIN told t USING (lane, payment_id)
      WHERE p.payment_id IS NULL
        OR (p.step = 'DONE' AND t.version IS DISTINCT FROM p.version)
        OR (p.state = 'SUCCEEDED') AND (t.succeeded IS NOT TRUE OR t.declined OR t.cancelled)
        OR (p.state = 'DECLINED') AND (t.declined IS NOT TRUE OR t.succeeded OR t.cancelled)
        OR (p.state = 'CANCELLED') AND (t.cancelled IS NOT TRUE OR t.declined)
        OR (p.state = 'PENDING') AND (t.succeeded OR t.declined OR t.cancelled)`,
  },
  {
    name: 'refund sums',
    rule: 'what a payment says was refunded is the sum of its refunds, on both sides',
    breaches: `
      SELECT p.payment_id, p.refunded_payee_minor, p.refunded_payer_minor,
             sum(r.payee_minor) AS payee, sum(r.payer_minor) AS payer
      FROM payments p LEFT JOIN refunds r USING (lane, payment_id)
      WHERE p.refunded_payee_minor > 0 OR r.payment_id IS NOT NULL
      GROUP BY p.lane, p.payment_id, p.refunded_payee_minor, p.refunded_payer_minor, p.payee_minor, p.payer_minor
      HAVING p.refunded_payee_minor <> coalesce(sum(r.payee_minor), 0)
        OR p.refunded_payer_minor <> coalesce(sum(r.payer_minor), 0)
        OR (p.refunded_payee_minor = p.payee_minor AND p.refunded_payer_minor <> p.payer_minor)`,
  },
  {
    name: 'facts of refunds',
    rule: 'each refund that reached its payer has its fact',
    breaches: `
      SELECT payment_id, coalesce(r.refunds, 0) AS refunds, coalesce(f.facts, 0) AS facts
      FROM (SELECT payment_id, count(*) AS refunds FROM refunds WHERE state = 'SUCCEEDED' GROUP BY 1) r
      FULL JOIN (SELECT payment_id, count(*) AS facts FROM payment_facts
                 WHERE kind = 'refund_succeeded' GROUP BY 1) f USING (payment_id)
      WHERE coalesce(r.refunds, 0) <> coalesce(f.facts, 0)`,
  },
  {
    name: 'settled refunds',
    rule: 'refunds take back what was settled in the same shares, and all of it where all is refunded',
    breaches: `
      SELECT p.payment_id, p.settlement_minor, p.payee_minor, p.refunded_payee_minor,
             sum(r.settlement_minor) AS settlement
      FROM payments p JOIN refunds r USING (lane, payment_id)
      GROUP BY p.lane, p.payment_id, p.settlement_currency, p.settlement_minor, p.payee_minor,
               p.refunded_payee_minor
      HAVING (p.settlement_minor IS NULL) <> (count(r.settlement_minor) = 0)
        OR count(r.settlement_minor) NOT IN (0, count(*))
        OR bool_or(r.settlement_currency <> p.settlement_currency)
        OR sum(r.settlement_minor) <>
           div(p.settlement_minor::numeric * p.refunded_payee_minor, p.payee_minor)`,
  },
  {
    name: 'seals',
    rule: 'the days of a participant are sealed in every lane alike',
    breaches: `
      SELECT participant_kind, participant_id, p.sealed_through, count(s.lane) AS lanes,
             min(s.sealed_through) AS least, max(s.sealed_through) AS most
      FROM clearing_participants p LEFT JOIN clearing_seals s USING (participant_kind, participant_id)
      GROUP BY participant_kind, participant_id
      HAVING count(s.lane) <> 64
        OR min(s.sealed_through) IS DISTINCT FROM p.sealed_through
        OR max(s.sealed_through) IS DISTINCT FROM p.sealed_through
        OR count(s.sealed_through) NOT IN (0, 64)`,
  },
];

export const ROUTING_TABLES = ['payments', 'payment_facts', 'refunds'];

/**
 * Payments and refunds that owe an effect, and facts that are not published. An order that nobody
 * has confirmed owes nobody anything.
 */
export const IN_FLIGHT = `
  SELECT (SELECT count(*) FROM payments WHERE step NOT IN ('DONE', 'AWAIT_PAYER'))
       + (SELECT count(*) FROM refunds WHERE state = 'PENDING')
       + (SELECT count(*) FROM event_queue) AS count`;
