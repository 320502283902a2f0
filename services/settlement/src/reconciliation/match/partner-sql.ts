import type { Side } from '../../participants.ts';

/** What stands for the side in a booking's columns. Constant texts, since they are prepared. */
const COLUMNS: Record<Side, { participant: string; date: string }> = {
  acquirer: { participant: 'partner_id', date: 'acquirer_clearing_date' },
  issuer: { participant: 'issuer_id', date: 'issuer_clearing_date' },
};

/**
 * The tables of one run, which nobody else sees and which go with it: our lines, the pairs that were
 * found, what is left over on either side, and the breaks.
 */
export const PARTNER_TABLES = `
  CREATE TEMP TABLE ours (
    kind text COLLATE "C", subject_id uuid, payment_id uuid, merchant_id text, currency_code text,
    amount_minor bigint, fee_minor bigint, rate text, settlement_rate text, occurred_on date
  ) ON COMMIT DROP;
  CREATE TEMP TABLE met (line_no integer, kind text COLLATE "C", subject_id uuid, rule text)
    ON COMMIT DROP;
  CREATE TEMP TABLE extra (line_no integer, nth bigint) ON COMMIT DROP;
  CREATE TEMP TABLE rest_ours (LIKE ours) ON COMMIT DROP;
  CREATE TEMP TABLE rest_lines (
    LIKE partner_lines, captured_on date, cancelled boolean, refunded_on date, nth bigint
  ) ON COMMIT DROP;
  CREATE TEMP TABLE referred (line_no integer, subject_id uuid) ON COMMIT DROP`;

export const ADD_OURS = 'INSERT INTO ours SELECT * FROM unnest($1::our_item_v1[])';

/** Pairs by our id ($1 the load). */
export const MEET_NAMED = `
  INSERT INTO met
  SELECT l.line_no, l.kind, o.subject_id, 'named'
    FROM partner_lines l JOIN ours o ON o.subject_id = l.named_id AND o.kind = l.kind
   WHERE l.load_id = $1`;

/** Pairs by the acquirer's own id, of lines that met nothing yet. */
export const MEET_DERIVED = `
  INSERT INTO met
  SELECT l.line_no, l.kind, o.subject_id, 'derived'
    FROM partner_lines l JOIN ours o ON o.subject_id = l.derived_id AND o.kind = l.kind
   WHERE l.load_id = $1 AND l.derived_id IS DISTINCT FROM l.named_id
     AND NOT EXISTS (SELECT FROM met m WHERE m.line_no = l.line_no)`;

export const REST_OURS = `
  INSERT INTO rest_ours
  SELECT o.* FROM ours o
   WHERE NOT EXISTS (
     SELECT FROM met m WHERE m.kind = o.kind AND m.subject_id = o.subject_id)`;

const LANE = 'get_byte(uuid_send(l.payment_id), 15) & 63';

const booked = (side: Side, kind: string, subject: string) => `
  LEFT JOIN LATERAL (
    SELECT b.${COLUMNS[side].date} AS day FROM bookings b
     WHERE b.lane = (${LANE}) AND b.payment_id = l.payment_id AND b.kind = '${kind}'
       AND b.subject_id ${subject} AND b.${COLUMNS[side].participant} = $2
     LIMIT 1) AS ${kind} ON true`;

/** Lines that met nothing, with what the books say of their payments ($1 the load, $2 whose). */
const restLines = (side: Side) => `
  INSERT INTO rest_lines
  SELECT l.*, capture.day, cancel.found IS NOT NULL, refund.day,
         row_number() OVER (PARTITION BY l.kind, coalesce(l.named_id, l.derived_id)
                            ORDER BY l.line_no)
    FROM partner_lines l
    ${booked(side, 'capture', '= l.payment_id')}
  LEFT JOIN LATERAL (
    SELECT true AS found FROM bookings b
     WHERE b.lane = (${LANE}) AND b.payment_id = l.payment_id AND b.kind = 'cancel'
       AND b.subject_id = l.payment_id AND b.${COLUMNS[side].participant} = $2) AS cancel ON true
    ${booked(side, 'refund', 'IN (l.named_id, l.derived_id)')}
   WHERE l.load_id = $1 AND NOT EXISTS (SELECT FROM met m WHERE m.line_no = l.line_no)`;

export const REST_LINES: Record<Side, string> = {
  acquirer: restLines('acquirer'),
  issuer: restLines('issuer'),
};

/** Leftover lines with a text that may hold an id, from a line on. */
export const LINES_WITH_TEXT = `
  SELECT line_no AS "lineNo", reference FROM rest_lines
   WHERE reference IS NOT NULL AND captured_on IS NULL AND line_no > $1
   ORDER BY line_no LIMIT $2`;

export const ADD_REFERRED = 'INSERT INTO referred SELECT * FROM unnest($1::integer[], $2::uuid[])';

/** Pairs of what is left over by an id inside the line's text, where it holds one of ours alone. */
export const MEET_REFERRED = `
  INSERT INTO met
  SELECT line_no, kind, subject_id, 'referred' FROM (
    SELECT l.line_no, l.kind, o.subject_id, count(*) OVER (PARTITION BY l.line_no) AS choices
      FROM referred r
      JOIN rest_lines l ON l.line_no = r.line_no
      JOIN rest_ours o ON o.kind = l.kind AND r.subject_id IN (o.subject_id, o.payment_id)
  ) AS pair WHERE choices = 1`;

/**
 * Pairs of what is left over by what both sides say ($1 how many days apart), where neither has
 * another to choose. A line that names one of our ids means that, and is like nothing else.
 */
export const MEET_ALIKE = `
  INSERT INTO met
  SELECT line_no, kind, subject_id, 'alike' FROM (
    SELECT l.line_no, l.kind, o.subject_id,
           count(*) OVER (PARTITION BY l.line_no) AS ours_to_choose,
           count(*) OVER (PARTITION BY o.kind, o.subject_id) AS lines_to_choose
      FROM rest_lines l
      JOIN rest_ours o ON o.kind = l.kind AND o.currency_code = l.currency_code
       AND o.amount_minor = l.amount_minor AND o.merchant_id = l.merchant_id
       AND abs(o.occurred_on - coalesce(l.occurred_on, l.clearing_date)) <= $1
     WHERE l.named_id IS NULL AND l.captured_on IS NULL
       AND NOT EXISTS (SELECT FROM met m WHERE m.line_no = l.line_no)
       AND NOT EXISTS (
         SELECT FROM met m WHERE m.kind = o.kind AND m.subject_id = o.subject_id)
  ) AS pair WHERE ours_to_choose = 1 AND lines_to_choose = 1`;

/** Lines that met what an earlier line met. */
export const EXTRA_LINES = `
  INSERT INTO extra
  SELECT line_no, nth FROM (
    SELECT line_no, row_number() OVER (PARTITION BY m.kind, m.subject_id ORDER BY line_no) AS nth
      FROM met m
      JOIN (SELECT kind, subject_id FROM met GROUP BY kind, subject_id HAVING count(*) > 1) AS twice
        ON twice.kind = m.kind AND twice.subject_id = m.subject_id
  ) AS numbered WHERE nth > 1`;

export const FIND_DUPLICATES = `
  INSERT INTO found
  SELECT 'duplicate', concat_ws(' ', l.kind, m.subject_id, '#' || x.nth), l.line_no,
         m.subject_id::text, coalesce(l.payment_id, m.subject_id), l.currency_code, l.amount_minor,
         'once', 'time ' || x.nth
    FROM extra x
    JOIN met m ON m.line_no = x.line_no
    JOIN partner_lines l ON l.load_id = $1 AND l.line_no = x.line_no`;

/**
 * What pairs do not agree on ($1 the load, $2 the day). In two currencies neither amounts nor fees
 * can be compared. What a participant does not tell is not compared.
 */
export const FIND_DIFFERENCES = `
  INSERT INTO found
  SELECT d.kind, concat_ws(' ', p.kind, p.subject_id), p.line_no, p.subject_id::text, p.payment_id,
         p.our_currency, d.stake_minor, d.ours, d.theirs
    FROM (
      SELECT m.kind, m.subject_id, l.line_no, o.payment_id, o.currency_code AS our_currency,
             l.currency_code AS their_currency, o.amount_minor AS our_minor,
             l.amount_minor AS their_minor, o.fee_minor AS our_fee, l.fee_minor AS their_fee,
             o.rate AS our_rate, o.settlement_rate, l.rate AS their_rate, l.status,
             l.clearing_date,
             l.rate IS NOT NULL
               AND l.rate IS DISTINCT FROM o.settlement_rate
               AND l.rate <> coalesce(o.rate, '1') AS rate_differs
        FROM met m
        JOIN partner_lines l ON l.load_id = $1 AND l.line_no = m.line_no
        JOIN ours o ON o.kind = m.kind AND o.subject_id = m.subject_id
    ) AS p
   CROSS JOIN LATERAL (VALUES
     ('currency', their_currency <> our_currency, our_minor, our_currency, their_currency),
     ('amount', their_currency = our_currency AND their_minor <> our_minor,
      abs(their_minor - our_minor), our_minor::text, their_minor::text),
     ('fee', their_currency = our_currency AND their_fee IS NOT NULL AND their_fee <> our_fee,
      abs(their_fee - our_fee), our_fee::text, their_fee::text),
     ('rate', rate_differs, 0::bigint, coalesce(our_rate, '1'), their_rate),
     ('status_conflict', status <> 'succeeded', our_minor, 'succeeded', status),
     ('late_for_cut_off', clearing_date <> $2::date, our_minor, $2::date::text,
      clearing_date::text)
   ) AS d (kind, differs, stake_minor, ours, theirs)
   WHERE (their_currency <> our_currency OR their_minor <> our_minor
          OR (their_fee IS NOT NULL AND their_fee <> our_fee) OR rate_differs
          OR status <> 'succeeded' OR clearing_date <> $2::date)
     AND d.differs
     AND NOT EXISTS (SELECT FROM extra x WHERE x.line_no = p.line_no)`;

/**
 * What the lines mean that met nothing ($1 the day): of a payment that another day has, that was
 * cancelled, that nobody knows. What a participant itself calls failed or cancelled, and we do
 * not have, is agreed upon.
 */
export const FIND_UNMET_LINES = `
  INSERT INTO found
  SELECT unmet.found, concat_ws(' ', kind, subject,
           CASE WHEN unmet.found = 'duplicate' THEN '#' || nth END),
         line_no, subject, payment_id, currency_code, amount_minor,
         CASE unmet.found
           WHEN 'duplicate' THEN 'once'
           WHEN 'cancelled_but_cleared' THEN 'cancelled'
           WHEN 'late_for_cut_off' THEN coalesce(refunded_on, captured_on)::text
           WHEN 'orphan_refund' THEN CASE WHEN cancelled THEN 'payment cancelled' ELSE 'no payment' END
           ELSE 'nothing'
         END,
         CASE unmet.found
           WHEN 'duplicate' THEN 'time ' || nth
           WHEN 'late_for_cut_off' THEN $1::date::text
           ELSE status
         END
    FROM (
      SELECT l.*,
             coalesce(named_id::text, derived_id::text, request_id, 'line ' || line_no) AS subject,
             CASE
               WHEN nth > 1 AND coalesce(named_id, derived_id) IS NOT NULL THEN 'duplicate'
               WHEN kind = 'capture' AND cancelled THEN
                 CASE status WHEN 'succeeded' THEN 'cancelled_but_cleared'
                             WHEN 'pending' THEN 'status_conflict' END
               WHEN coalesce(refunded_on, CASE kind WHEN 'capture' THEN captured_on END) IS NOT NULL
               THEN
                 CASE WHEN coalesce(refunded_on, captured_on) <> $1::date THEN 'late_for_cut_off' END
               WHEN status IN ('failed', 'cancelled') THEN NULL
               WHEN kind = 'refund' AND (captured_on IS NULL OR cancelled) THEN 'orphan_refund'
               ELSE 'missing_at_ours'
             END AS found
        FROM rest_lines l
       WHERE NOT EXISTS (SELECT FROM met m WHERE m.line_no = l.line_no)
    ) AS unmet
   WHERE unmet.found IS NOT NULL`;

/**
 * What we have and they do not ($1 the reconciliation). What stands in their file of another day is
 * a break of that one already.
 */
export const FIND_UNMET_OURS = `
  INSERT INTO found
  SELECT 'missing_at_theirs', concat_ws(' ', o.kind, o.subject_id), NULL, o.subject_id::text,
         o.payment_id, o.currency_code, o.amount_minor, 'succeeded', 'nothing'
    FROM rest_ours o
   WHERE NOT EXISTS (
           SELECT FROM met m WHERE m.kind = o.kind AND m.subject_id = o.subject_id)
     AND NOT EXISTS (
           SELECT FROM reconciliation_breaks b
             JOIN reconciliations theirs ON theirs.reconciliation_id = b.reconciliation_id
             JOIN reconciliations own ON own.reconciliation_id = $1
            WHERE b.subject = o.subject_id::text AND b.kind = 'late_for_cut_off'
              AND b.state <> 'healed' AND b.reconciliation_id <> $1
              AND theirs.participant_kind = own.participant_kind
              AND theirs.participant_id = own.participant_id)`;
