-- One row per participant and clearing day. A window only goes on.
CREATE TABLE windows (
  participant_kind  text    COLLATE "C" NOT NULL CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id    text    COLLATE "C" NOT NULL CHECK (participant_id <> ''),
  clearing_date     date    NOT NULL,
  state             text    COLLATE "C" NOT NULL
                    CHECK (state IN ('OPEN', 'CLOSED', 'PENDING', 'SETTLED', 'ABORTED')),
  closed_early      boolean NOT NULL DEFAULT false,
  opened_at         timestamptz NOT NULL,
  closed_at         timestamptz,
  final_at          timestamptz,
  ended_at          timestamptz,
  -- What it was made final by: the agreement, and the last command whose charges it took.
  agreement_version integer,
  charges_through   bigint,
  -- The bank's reference, or why it was aborted.
  end_reference     text,
  PRIMARY KEY (participant_kind, participant_id, clearing_date),
  CHECK ((state = 'OPEN') = (closed_at IS NULL)),
  CHECK ((state IN ('OPEN', 'CLOSED')) = (final_at IS NULL)),
  CHECK ((state IN ('SETTLED', 'ABORTED')) = (ended_at IS NOT NULL)),
  CHECK ((final_at IS NULL) = (agreement_version IS NULL)),
  CHECK ((final_at IS NULL) = (charges_through IS NULL)),
  CHECK ((ended_at IS NULL) = (end_reference IS NULL))
);

-- What is still to be done.
CREATE INDEX windows_unfinished ON windows (participant_kind, participant_id, clearing_date)
  WHERE state IN ('OPEN', 'CLOSED');
CREATE INDEX windows_by_day ON windows (clearing_date DESC, participant_kind, participant_id);

-- What a final window comes to in each currency that its participant is settled in.
CREATE TABLE window_sums (
  participant_kind   text    COLLATE "C" NOT NULL,
  participant_id     text    COLLATE "C" NOT NULL,
  clearing_date      date    NOT NULL,
  currency_code      text    COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
  item_count         bigint  NOT NULL CHECK (item_count >= 0),
  captured_minor     bigint  NOT NULL CHECK (captured_minor >= 0),
  refunded_minor     bigint  NOT NULL CHECK (refunded_minor >= 0),
  fees_minor         bigint  NOT NULL,
  adjustments_minor  bigint  NOT NULL,
  disputes_minor     bigint  NOT NULL,
  carried_minor      bigint  NOT NULL,
  reserve_minor      bigint  NOT NULL CHECK (reserve_minor >= 0),
  released_minor     bigint  NOT NULL CHECK (released_minor >= 0),
  net_minor          bigint  NOT NULL,
  due_minor          bigint  NOT NULL,
  month_volume_minor bigint  NOT NULL CHECK (month_volume_minor >= 0),
  fee_tier           integer NOT NULL CHECK (fee_tier > 0),
  value_date         date    NOT NULL,
  -- When the reserve is let go; null where none is held.
  release_date       date,
  -- The window that let it go.
  released_in        date,
  PRIMARY KEY (participant_kind, participant_id, clearing_date, currency_code),
  FOREIGN KEY (participant_kind, participant_id, clearing_date) REFERENCES windows,
  CONSTRAINT window_sum_adds_up CHECK (
    net_minor = captured_minor - refunded_minor - fees_minor + adjustments_minor + disputes_minor
      + carried_minor - reserve_minor + released_minor
  ),
  CONSTRAINT window_sum_due CHECK (due_minor = net_minor OR due_minor = 0),
  CHECK ((reserve_minor > 0) = (release_date IS NOT NULL))
);

CREATE INDEX window_reserves ON window_sums (participant_kind, participant_id, release_date)
  WHERE release_date IS NOT NULL AND released_in IS NULL;

-- Who is drawing a window up. Nothing of the books depends on it.
CREATE TABLE window_work (
  participant_kind text        COLLATE "C" NOT NULL,
  participant_id   text        COLLATE "C" NOT NULL,
  clearing_date    date        NOT NULL,
  holder           uuid        NOT NULL,
  lease_until      timestamptz NOT NULL,
  PRIMARY KEY (participant_kind, participant_id, clearing_date)
);
