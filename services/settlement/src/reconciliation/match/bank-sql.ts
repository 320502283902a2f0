/** The tables of one run over a statement; see the partner's. */
export const BANK_TABLES = `
  CREATE TEMP TABLE ours (
    reference text COLLATE "C", signed_minor bigint, currency_code text, value_date date, told text
  ) ON COMMIT DROP;
  CREATE TEMP TABLE met (line_no integer, subject_id text COLLATE "C", rule text, nth bigint)
    ON COMMIT DROP`;

export const ADD_MOVEMENTS = 'INSERT INTO ours SELECT * FROM unnest($1::our_movement_v1[])';

/** Pairs by the reference that we gave the movement, in its field or in the text ($1 the load). */
export const MEET_BY_REFERENCE = `
  INSERT INTO met
  SELECT e.line_no, o.reference,
         CASE WHEN e.end_to_end_id = o.reference THEN 'named' ELSE 'referred' END,
         row_number() OVER (PARTITION BY o.reference ORDER BY e.line_no)
    FROM bank_entries e
    JOIN ours o
      ON o.reference = coalesce(
           CASE WHEN e.end_to_end_id ~ '^CW-[0-9a-f]{32}$' THEN e.end_to_end_id END,
           substring(e.reference FROM 'CW-[0-9a-f]{32}'))
   WHERE e.load_id = $1`;

/**
 * Pairs of what is left over by what both sides say ($1 the load, $2 how many days apart), where
 * neither has another to choose.
 */
export const MEET_BANK_ALIKE = `
  INSERT INTO met
  SELECT line_no, reference, 'alike', 1 FROM (
    SELECT e.line_no, o.reference,
           count(*) OVER (PARTITION BY e.line_no) AS ours_to_choose,
           count(*) OVER (PARTITION BY o.reference) AS entries_to_choose
      FROM bank_entries e
      JOIN ours o ON o.currency_code = e.currency_code AND o.signed_minor = e.signed_minor
       AND abs(o.value_date - e.value_date) <= $2
     WHERE e.load_id = $1 AND NOT e.reversal
       AND coalesce(e.end_to_end_id, '') !~ '^CW-' AND coalesce(e.reference, '') !~ 'CW-[0-9a-f]{32}'
       AND NOT EXISTS (SELECT FROM met m WHERE m.subject_id = o.reference)
  ) AS pair WHERE ours_to_choose = 1 AND entries_to_choose = 1`;

/**
 * What the pairs do not agree on ($1 the load). An entry that takes another back says that the money
 * did not move after all.
 */
export const FIND_BANK_DIFFERENCES = `
  INSERT INTO found
  SELECT d.kind, concat_ws(' ', 'movement', o.reference, CASE WHEN m.nth > 1 THEN '#' || m.nth END),
         m.line_no, o.reference, NULL, o.currency_code, d.stake_minor, d.ours, d.theirs
    FROM met m
    JOIN bank_entries e ON e.load_id = $1 AND e.line_no = m.line_no
    JOIN ours o ON o.reference = m.subject_id
   CROSS JOIN LATERAL (VALUES
     ('status_conflict', e.reversal OR e.status <> 'booked', abs(o.signed_minor), 'moved',
      CASE WHEN e.reversal THEN 'taken back' ELSE e.status END),
     ('duplicate', NOT e.reversal AND m.nth > 1, abs(e.signed_minor), 'once', 'time ' || m.nth),
     ('currency', NOT e.reversal AND m.nth = 1 AND e.currency_code <> o.currency_code,
      abs(o.signed_minor), o.currency_code, e.currency_code),
     ('amount', NOT e.reversal AND m.nth = 1 AND e.currency_code = o.currency_code
        AND e.signed_minor <> o.signed_minor,
      abs(e.signed_minor - o.signed_minor), o.signed_minor::text, e.signed_minor::text),
     ('late_for_cut_off', NOT e.reversal AND m.nth = 1 AND e.value_date > o.value_date,
      abs(o.signed_minor), o.value_date::text, e.value_date::text)
   ) AS d (kind, differs, stake_minor, ours, theirs)
   WHERE d.differs`;

/** What the bank moved and we did not ($1 the load). */
export const FIND_UNMET_ENTRIES = `
  INSERT INTO found
  SELECT 'missing_at_ours',
         concat_ws(' ', 'entry', coalesce(e.entry_reference, e.end_to_end_id), 'line', e.line_no),
         e.line_no, coalesce(e.end_to_end_id, e.entry_reference), NULL, e.currency_code,
         abs(e.signed_minor), 'nothing', e.signed_minor::text
    FROM bank_entries e
   WHERE e.load_id = $1 AND NOT EXISTS (SELECT FROM met m WHERE m.line_no = e.line_no)`;

/**
 * What we moved on the days of the statement and the bank did not ($1 the reconciliation, $2 and $3
 * the days), unless another statement has it.
 */
export const FIND_UNMET_MOVEMENTS = `
  INSERT INTO found
  SELECT 'missing_at_bank', concat_ws(' ', 'movement', o.reference), NULL, o.reference, NULL,
         o.currency_code, abs(o.signed_minor), o.signed_minor::text, 'nothing'
    FROM ours o
   WHERE o.value_date BETWEEN $2::date AND $3::date
     AND NOT EXISTS (SELECT FROM met m WHERE m.subject_id = o.reference)
     AND NOT EXISTS (
       SELECT FROM reconciliation_matches m
        WHERE m.subject = o.reference AND m.reconciliation_id <> $1)`;

/** All pairs of a statement are kept: they are few, and other statements look for them. */
export const KEEP_BANK_MATCHES = `
  INSERT INTO reconciliation_matches (reconciliation_id, line_no, subject, rule)
  SELECT $1, line_no, subject_id, rule FROM met`;
