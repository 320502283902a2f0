-- What the books are compared with: a participant's own file of one clearing day, or the statement of
-- one of the switch's accounts at a bank. A later file for the same takes the place of the earlier one.
CREATE TABLE reconciliations (
  reconciliation_id uuid    PRIMARY KEY,
  source            text    COLLATE "C" NOT NULL CHECK (source IN ('partner', 'bank')),
  -- Of a participant's day.
  participant_kind  text    COLLATE "C" CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id    text    COLLATE "C" CHECK (participant_id <> ''),
  -- Of an account at a bank: the bank's name for it.
  account           text,
  currency_code     text    COLLATE "C" CHECK (length(currency_code) = 3),
  -- The days, both within; of a participant one.
  from_date         date    NOT NULL,
  to_date           date    NOT NULL CHECK (to_date >= from_date),
  -- The file that it goes by.
  file_id           uuid    NOT NULL,
  -- How many runs were asked for, and up to which of them it was matched.
  wanted_run        integer NOT NULL DEFAULT 1 CHECK (wanted_run > 0),
  matched_run       integer NOT NULL DEFAULT 0 CHECK (matched_run <= wanted_run),
  created_at        timestamptz NOT NULL,
  CHECK (source <> 'partner' OR num_nulls(participant_kind, participant_id) = 0),
  CHECK (source <> 'bank' OR num_nulls(account, currency_code) = 0)
);
CREATE INDEX reconciliations_waiting ON reconciliations (reconciliation_id)
  WHERE matched_run < wanted_run;
CREATE INDEX reconciliations_by_day ON reconciliations (to_date DESC, reconciliation_id);

-- Whose turn it is to be matched: a row to be locked, so that whoever matches holds up nobody who
-- uploads or resolves.
CREATE TABLE reconciliation_turns (
  reconciliation_id uuid PRIMARY KEY REFERENCES reconciliations
);

-- Every file that was taken. Its id is made of the reconciliation and the digest of the bytes, so the
-- same file twice is one.
CREATE TABLE reconciliation_files (
  file_id           uuid        PRIMARY KEY,
  reconciliation_id uuid        NOT NULL REFERENCES reconciliations,
  load_id           uuid        NOT NULL,
  digest            bytea       NOT NULL CHECK (length(digest) = 32),
  size_bytes        bigint      NOT NULL CHECK (size_bytes > 0),
  line_count        integer     NOT NULL CHECK (line_count >= 0),
  format            text        COLLATE "C" NOT NULL,
  file_name         text        NOT NULL,
  uploaded_by       text        NOT NULL,
  uploaded_at       timestamptz NOT NULL
);
CREATE INDEX reconciliation_files_of ON reconciliation_files (reconciliation_id);

-- Files that were not taken: who sent them, and the place at which they are wrong. Nothing else of
-- them is kept.
CREATE TABLE reconciliation_refusals (
  refusal_id  uuid        PRIMARY KEY,
  refused_at  timestamptz NOT NULL,
  uploaded_by text        NOT NULL,
  about       text        NOT NULL,
  file_name   text        NOT NULL,
  line        integer     NOT NULL CHECK (line > 0),
  at_column   integer     NOT NULL CHECK (at_column > 0),
  problem     text        NOT NULL
);
CREATE INDEX reconciliation_refusals_by_time ON reconciliation_refusals (refused_at DESC);

-- Files on their way in. Lines of a load that no file names and nobody touches any more are swept.
CREATE TABLE reconciliation_loads (
  load_id    uuid        PRIMARY KEY,
  touched_at timestamptz NOT NULL
);

CREATE TABLE partner_lines (
  load_id       uuid     NOT NULL,
  line_no       integer  NOT NULL CHECK (line_no > 0),
  kind          text     COLLATE "C" NOT NULL CHECK (kind IN ('capture', 'refund')),
  -- The payment or refund by our id, and by the id that follows from the acquirer's own.
  named_id      uuid,
  derived_id    uuid,
  -- The payment of a refund, either way.
  payment_id    uuid,
  -- The acquirer's own id, as given.
  request_id    text,
  merchant_id   text,
  currency_code text     COLLATE "C" NOT NULL,
  amount_minor  bigint   NOT NULL CHECK (amount_minor >= 0),
  fee_minor     bigint,
  rate          text     COLLATE "C",
  clearing_date date     NOT NULL,
  occurred_on   date,
  status        text     COLLATE "C" NOT NULL,
  reference     text,
  PRIMARY KEY (load_id, line_no)
);
CREATE TYPE partner_line_v1 AS (
  load_id uuid, line_no integer, kind text, named_id uuid, derived_id uuid, payment_id uuid,
  request_id text, merchant_id text, currency_code text, amount_minor bigint, fee_minor bigint,
  rate text, clearing_date date, occurred_on date, status text, reference text
);

CREATE TABLE bank_entries (
  load_id         uuid    NOT NULL,
  line_no         integer NOT NULL CHECK (line_no > 0),
  entry_reference text,
  end_to_end_id   text,
  -- Above zero where money came to us.
  signed_minor    bigint  NOT NULL,
  currency_code   text    COLLATE "C" NOT NULL,
  reversal        boolean NOT NULL,
  status          text    COLLATE "C" NOT NULL,
  booking_date    date    NOT NULL,
  value_date      date    NOT NULL,
  reference       text,
  PRIMARY KEY (load_id, line_no)
);
CREATE TYPE bank_entry_v1 AS (
  load_id uuid, line_no integer, entry_reference text, end_to_end_id text, signed_minor bigint,
  currency_code text, reversal boolean, status text, booking_date date, value_date date,
  reference text
);

-- What is ours, on its way into a run's own tables.
CREATE TYPE our_item_v1 AS (
  kind text, subject_id uuid, payment_id uuid, merchant_id text, currency_code text,
  amount_minor bigint, fee_minor bigint, rate text, settlement_rate text, occurred_on date
);
CREATE TYPE our_movement_v1 AS (
  reference text, signed_minor bigint, currency_code text, value_date date, told text
);

-- Matches that are not by our own id, with the rule that made them; those by id are the join.
CREATE TABLE reconciliation_matches (
  reconciliation_id uuid    NOT NULL REFERENCES reconciliations,
  line_no           integer NOT NULL,
  -- The payment, the refund or the movement.
  subject           text    COLLATE "C" NOT NULL,
  rule              text    COLLATE "C" NOT NULL,
  PRIMARY KEY (reconciliation_id, line_no)
);
CREATE INDEX reconciliation_matches_of ON reconciliation_matches (subject);

CREATE TABLE reconciliation_breaks (
  break_id          uuid        PRIMARY KEY,
  reconciliation_id uuid        NOT NULL REFERENCES reconciliations,
  kind              text        COLLATE "C" NOT NULL CHECK (kind IN (
    'missing_at_ours', 'missing_at_theirs', 'missing_at_bank', 'amount', 'currency', 'rate', 'fee',
    'duplicate', 'late_for_cut_off', 'status_conflict', 'orphan_refund', 'cancelled_but_cleared')),
  -- What it is about, so that every run finds the same break again.
  break_key         text        COLLATE "C" NOT NULL,
  line_no           integer,
  subject           text        COLLATE "C",
  payment_id        uuid,
  currency_code     text        COLLATE "C" NOT NULL,
  -- How much money hangs on it, not below zero.
  stake_minor       bigint      NOT NULL CHECK (stake_minor >= 0),
  -- What either side says, where both say something.
  ours              text        NOT NULL,
  theirs            text        NOT NULL,
  state             text        COLLATE "C" NOT NULL CHECK (state IN ('open', 'healed', 'resolved')),
  opened_at         timestamptz NOT NULL,
  closed_at         timestamptz,
  assignee          text        NOT NULL DEFAULT '',
  UNIQUE (reconciliation_id, kind, break_key),
  CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX reconciliation_breaks_listed
  ON reconciliation_breaks (state, opened_at, break_id);
CREATE INDEX reconciliation_breaks_about ON reconciliation_breaks (subject, kind);

-- What people did about breaks, by command.
CREATE TABLE reconciliation_actions (
  command_seq bigint      PRIMARY KEY,
  break_id    uuid        NOT NULL,
  kind        text        COLLATE "C" NOT NULL CHECK (kind IN ('assign', 'comment', 'resolve')),
  operator_id text        NOT NULL,
  assignee    text        NOT NULL DEFAULT '',
  said        text        NOT NULL,
  -- The adjustment that a resolution posted, signed as its participant's position.
  currency_code    text   COLLATE "C",
  adjustment_minor bigint CHECK (adjustment_minor <> 0),
  recorded_at timestamptz NOT NULL,
  CHECK ((currency_code IS NULL) = (adjustment_minor IS NULL))
);
CREATE INDEX reconciliation_actions_of ON reconciliation_actions (break_id, command_seq);
CREATE UNIQUE INDEX reconciliation_resolved_once ON reconciliation_actions (break_id)
  WHERE kind = 'resolve';
CREATE TRIGGER reconciliation_actions_immutable
  BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation_actions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every run, and what became of the breaks by it.
CREATE TABLE reconciliation_runs (
  reconciliation_id uuid        NOT NULL REFERENCES reconciliations,
  run_no            integer     NOT NULL CHECK (run_no > 0),
  file_id           uuid        NOT NULL,
  ended_at          timestamptz NOT NULL,
  our_count         bigint      NOT NULL,
  their_count       bigint      NOT NULL,
  matched_count     bigint      NOT NULL,
  -- Of these, by a rule other than our own id.
  by_rule_count     bigint      NOT NULL,
  opened_count      bigint      NOT NULL,
  healed_count      bigint      NOT NULL,
  open_count        bigint      NOT NULL,
  PRIMARY KEY (reconciliation_id, run_no)
);

-- How far a run is; nothing depends on it.
CREATE UNLOGGED TABLE reconciliation_progress (
  reconciliation_id uuid   PRIMARY KEY,
  step              text   NOT NULL,
  done_count        bigint NOT NULL
);

-- As uuidFrom('reconciliation.break', …) of the services makes it.
CREATE FUNCTION reconciliation_break_id(reconciliation uuid, kind text, break_key text)
RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (substr(h, 1, 12) || '8' || substr(h, 14, 3)
          || substr('89ab', (('x' || substr(h, 17, 1))::bit(4)::integer & 3) + 1, 1)
          || substr(h, 18, 15))::uuid
    FROM encode(sha256(convert_to(
      '20:reconciliation.break36:' || reconciliation::text || octet_length(kind) || ':' || kind
      || octet_length(break_key) || ':' || break_key, 'UTF8')), 'hex') AS h
$$;
