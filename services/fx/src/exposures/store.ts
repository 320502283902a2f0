import { type Queryable, type RowColumn, rowArray, type Tx } from '@causeway/db';
import type { Pair } from '../pairs.ts';
import type { ExposureEffect } from './effect.ts';

/** The open position of a pair in signed minor units. */
export interface Position extends Pair {
  /** What the switch owes payees and has not covered. */
  payeeOpen: bigint;
  /** What payers owe for it at their payments' middle rates. */
  payerOpen: bigint;
  /** What all trades so far gained. */
  realised: bigint;
}

/** The attributes of `exposure_fact_v2`, in their order. */
const EFFECT: RowColumn<ExposureEffect>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ aboutId }) => aboutId },
  { type: 'uuid', of: ({ paymentId }) => paymentId },
  { type: 'uuid', of: ({ factId }) => factId },
  { type: 'bigint', of: ({ version }) => version },
  { type: 'text', of: ({ kind }) => kind },
  { type: 'text', of: ({ payerCurrency }) => payerCurrency },
  { type: 'text', of: ({ payeeCurrency }) => payeeCurrency },
  { type: 'bigint', of: ({ payeeMinor }) => payeeMinor },
  { type: 'bigint', of: ({ payerMinor }) => payerMinor },
  { type: 'timestamptz', of: ({ occurredAt }) => occurredAt },
];

// Facts and positions are each written in one order by everybody, so that no two writers wait for
// each other in a circle.
const TAKE_IN = `
  WITH fresh AS (
    INSERT INTO exposure_facts (lane, about_id, payment_id, fact_id, version, kind,
                                payer_currency_code, payee_currency_code, payee_minor,
                                payer_minor, occurred_at)
    SELECT * FROM unnest($1::exposure_fact_v2[]) AS given
     ORDER BY given.lane, given.about_id, given.kind
    ON CONFLICT (lane, about_id, kind) DO NOTHING
    RETURNING payer_currency_code, payee_currency_code, payee_minor, payer_minor
  ),
  moved AS (
    INSERT INTO exposures AS e (payer_currency_code, payee_currency_code, payee_open, payer_open)
    SELECT payer_currency_code, payee_currency_code, sum(payee_minor)::bigint,
           sum(payer_minor)::bigint
      FROM fresh GROUP BY payer_currency_code, payee_currency_code
     ORDER BY payer_currency_code, payee_currency_code
    ON CONFLICT (payer_currency_code, payee_currency_code) DO UPDATE
       SET payee_open = e.payee_open + excluded.payee_open,
           payer_open = e.payer_open + excluded.payer_open
  )
  SELECT count(*)::integer AS count FROM fresh`;

/**
 * Moves positions by what facts did, each effect once however often and by whichever fact it is
 * told, in one commit.
 * Answers how many were new.
 */
export async function takeIn(db: Queryable, effects: readonly ExposureEffect[]): Promise<number> {
  const rows = await db.query<{ count: number }>(TAKE_IN, [
    rowArray('exposure_fact_v2', effects, EFFECT),
  ]);
  return rows[0]?.count ?? 0;
}

const POSITION = `
  payer_currency_code AS "from", payee_currency_code AS "to", payee_open AS "payeeOpen",
  payer_open AS "payerOpen", realised`;

/** All positions, in the order of the pairs. */
export function allPositions(db: Queryable): Promise<Position[]> {
  return db.query(
    `SELECT ${POSITION} FROM exposures ORDER BY payer_currency_code, payee_currency_code`,
    [],
  );
}

/** The positions for which no trade is under way. */
export function uncoveredPositions(db: Queryable): Promise<Position[]> {
  return db.query(
    `SELECT ${POSITION} FROM exposures e
      WHERE payee_open <> 0
        AND NOT EXISTS (SELECT FROM cover_trades t
                         WHERE t.payer_currency_code = e.payer_currency_code
                           AND t.payee_currency_code = e.payee_currency_code AND t.state = 1)
      ORDER BY payer_currency_code, payee_currency_code`,
    [],
  );
}

/** A position, kept from changing until the commit. */
export async function lockPosition(tx: Tx, { from, to }: Pair): Promise<Position | undefined> {
  const [row] = await tx.query<Position>(
    `SELECT ${POSITION} FROM exposures
      WHERE payer_currency_code = $1 AND payee_currency_code = $2 FOR UPDATE`,
    [from, to],
  );
  return row;
}

const SAME_PAIR = 'USING (payer_currency_code, payee_currency_code)';

const PUT_RIGHT = `
  WITH facts AS (
    SELECT payer_currency_code, payee_currency_code, sum(payee_minor) AS payee,
           sum(payer_minor) AS payer
      FROM exposure_facts GROUP BY payer_currency_code, payee_currency_code
  ),
  trades AS (
    SELECT payer_currency_code, payee_currency_code, sum(payee_minor) AS payee,
           sum(booked_minor) AS booked, sum(booked_minor - payer_minor) AS gained
      FROM cover_trades WHERE state = 2 GROUP BY payer_currency_code, payee_currency_code
  ),
  due AS (
    SELECT payer_currency_code, payee_currency_code,
           coalesce(f.payee, 0) - coalesce(t.payee, 0) AS payee_open,
           coalesce(f.payer, 0) - coalesce(t.booked, 0) AS payer_open,
           coalesce(t.gained, 0) AS realised
      FROM (SELECT payer_currency_code, payee_currency_code FROM exposures) e
      FULL JOIN facts f ${SAME_PAIR} FULL JOIN trades t ${SAME_PAIR}
  ),
  put AS (
    INSERT INTO exposures AS e
      (payer_currency_code, payee_currency_code, payee_open, payer_open, realised)
    SELECT payer_currency_code, payee_currency_code, payee_open, payer_open, realised FROM due
    ON CONFLICT (payer_currency_code, payee_currency_code) DO UPDATE
       SET payee_open = excluded.payee_open, payer_open = excluded.payer_open,
           realised = excluded.realised
     WHERE (e.payee_open, e.payer_open, e.realised)
           IS DISTINCT FROM (excluded.payee_open, excluded.payer_open, excluded.realised)
    RETURNING payee_open
  )
  SELECT count(*)::integer AS count FROM put`;

/**
 * Makes each position the sum of its facts less its executed trades. Nobody moves one meanwhile: what
 * was read would be older than what is written. Answers how many were wrong.
 */
export async function putPositionsRight(tx: Tx): Promise<number> {
  await tx.query('LOCK TABLE exposures IN SHARE ROW EXCLUSIVE MODE');
  const [row] = await tx.query<{ count: number }>(PUT_RIGHT, []);
  return row?.count ?? 0;
}
