import type { Queryable } from '@causeway/db';

/** Every position that is not what its facts and its executed trades say; there must be none. */
const OFF = `
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
  SELECT * FROM exposures e
    FULL JOIN facts f USING (payer_currency_code, payee_currency_code)
    FULL JOIN trades t USING (payer_currency_code, payee_currency_code)
   WHERE e.payee_open IS DISTINCT FROM coalesce(f.payee, 0) - coalesce(t.payee, 0)
      OR e.payer_open IS DISTINCT FROM coalesce(f.payer, 0) - coalesce(t.booked, 0)
      OR e.realised IS DISTINCT FROM coalesce(t.realised, 0)`;

/** Positions that do not recompute from their rows. */
export function positionsOff(db: Queryable): Promise<object[]> {
  return db.query(OFF, []);
}
