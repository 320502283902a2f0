import type { SqlCheck } from './sql-check.ts';

/** What must hold at the desk that follows exposures and covers them. */
export const TREASURY_CHECKS: readonly SqlCheck[] = [
  {
    name: 'positions',
    rule: 'each open position is the sum of its facts less its executed trades, and the gains sum',
    breaches: `
      WITH facts AS (
        SELECT payer_currency_code, payee_currency_code, sum(payee_minor) AS payee,
          sum(payer_minor) AS payer
        FROM exposure_facts GROUP BY payer_currency_code, payee_currency_code
      ),
      trades AS (
        SELECT payer_currency_code, payee_currency_code, sum(payee_minor) AS payee,
          sum(booked_minor) AS booked, sum(booked_minor - payer_minor) AS realised
        FROM cover_trades WHERE state = 2 GROUP BY payer_currency_code, payee_currency_code
      )
      SELECT payer_currency_code, payee_currency_code, e.payee_open, e.payer_open, e.realised,
        f.payee, f.payer, t.payee AS covered, t.booked, t.realised AS gained
      FROM exposures e
      FULL JOIN facts f USING (payer_currency_code, payee_currency_code)
      FULL JOIN trades t USING (payer_currency_code, payee_currency_code)
      WHERE e.payee_open IS DISTINCT FROM coalesce(f.payee, 0) - coalesce(t.payee, 0)
        OR e.payer_open IS DISTINCT FROM coalesce(f.payer, 0) - coalesce(t.booked, 0)
        OR e.realised IS DISTINCT FROM coalesce(t.realised, 0)`,
  },
  {
    name: 'closed again',
    rule: 'what a payment gave back of a position is no more than it opened, once all is taken in',
    breaches: `
      WITH sums AS (
        SELECT payment_id, sum(payee_minor) AS payee, sum(payer_minor) AS payer
        FROM exposure_facts GROUP BY lane, payment_id HAVING bool_or(kind = 'capture')
      )
      SELECT payment_id, payee, payer FROM sums WHERE payee < 0 OR payer < 0`,
  },
];
