/** The breaks of one run, before they are compared with those on record. */
export const FOUND_TABLE = `
  CREATE TEMP TABLE found (
    kind text COLLATE "C", break_key text COLLATE "C", line_no integer, subject text COLLATE "C",
    payment_id uuid, currency_code text, stake_minor bigint, ours text, theirs text
  ) ON COMMIT DROP`;

/**
 * Puts what was found on record ($1 the reconciliation, $2 now): new breaks, those that healed and are
 * back, and what is said of those that are known. Answers how many were opened.
 */
export const RECORD_FOUND = `
  WITH recorded AS (
    INSERT INTO reconciliation_breaks AS b (break_id, reconciliation_id, kind, break_key, line_no,
      subject, payment_id, currency_code, stake_minor, ours, theirs, state, opened_at)
    SELECT reconciliation_break_id($1, kind, break_key), $1, kind, break_key, line_no, subject,
           payment_id, currency_code, stake_minor, ours, theirs, 'open', $2
      FROM found
    ON CONFLICT (reconciliation_id, kind, break_key) DO UPDATE SET
      line_no = excluded.line_no, stake_minor = excluded.stake_minor, ours = excluded.ours,
      theirs = excluded.theirs,
      state = CASE b.state WHEN 'healed' THEN 'open' ELSE b.state END,
      opened_at = CASE b.state WHEN 'healed' THEN excluded.opened_at ELSE b.opened_at END,
      closed_at = CASE b.state WHEN 'healed' THEN NULL ELSE b.closed_at END
    RETURNING opened_at
  )
  SELECT count(*) FILTER (WHERE opened_at = $2) AS count FROM recorded`;

/** Closes the breaks that this run did not find again. Answers how many. */
export const HEAL_OWN = `
  WITH healed AS (
    UPDATE reconciliation_breaks b SET state = 'healed', closed_at = $2
     WHERE b.reconciliation_id = $1 AND b.state = 'open'
       AND NOT EXISTS (
         SELECT FROM found f WHERE f.kind = b.kind AND f.break_key = b.break_key)
    RETURNING 1
  )
  SELECT count(*) AS count FROM healed`;

/**
 * Closes breaks of the participant's other days by what this run found ($1 the reconciliation, $2
 * now): what was missing there stands in this file, late.
 */
export const HEAL_OTHER_DAYS = `
  WITH healed AS (
    UPDATE reconciliation_breaks b SET state = 'healed', closed_at = $2
      FROM found f, reconciliations own, reconciliations other
     WHERE own.reconciliation_id = $1 AND other.reconciliation_id = b.reconciliation_id
       AND b.reconciliation_id <> $1 AND b.state = 'open' AND b.subject = f.subject
       AND b.kind = 'missing_at_theirs' AND f.kind = 'late_for_cut_off'
       AND other.participant_kind = own.participant_kind
       AND other.participant_id = own.participant_id
    RETURNING 1
  )
  SELECT count(*) AS count FROM healed`;

/** Closes breaks of other statements by the movements that this one has. */
export const HEAL_OTHER_STATEMENTS = `
  WITH healed AS (
    UPDATE reconciliation_breaks b SET state = 'healed', closed_at = $2
      FROM met m
     WHERE b.reconciliation_id <> $1 AND b.state = 'open' AND b.subject = m.subject_id
       AND b.kind = 'missing_at_bank'
    RETURNING 1
  )
  SELECT count(*) AS count FROM healed`;

export const FORGET_MATCHES = 'DELETE FROM reconciliation_matches WHERE reconciliation_id = $1';

/** Keeps the pairs that a rule made; those by id follow from the lines at any time. */
export const KEEP_MATCHES = `
  INSERT INTO reconciliation_matches (reconciliation_id, line_no, subject, rule)
  SELECT $1, line_no, subject_id::text, rule FROM met WHERE rule IN ('referred', 'alike')`;

/**
 * A run reads whole tables: it scans and sorts them in memory, plans each statement for what is there,
 * and may wait while our lines are read elsewhere.
 */
export const FOR_A_RUN = `
  SET LOCAL enable_seqscan = on; SET LOCAL plan_cache_mode = force_custom_plan;
  SET LOCAL work_mem = '64MB'; SET LOCAL idle_in_transaction_session_timeout = '10min'`;
