-- How far participants may come to owe the switch: credit that it grants, and what they paid in
-- ahead. Changed by commands alone, so it is a function of the journal.
CREATE TABLE covers (
  participant_kind text    COLLATE "C" NOT NULL CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id   text    COLLATE "C" NOT NULL CHECK (participant_id <> ''),
  currency_code    text    COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
  -- The net debit cap; null where the participant is not limited.
  cap_minor        bigint  CHECK (cap_minor >= 0),
  prefunded_minor  bigint  NOT NULL DEFAULT 0 CHECK (prefunded_minor >= 0),
  PRIMARY KEY (participant_kind, participant_id, currency_code)
);

-- What of it was leased to routing. Totals since the slice began, which never fall; not part of the
-- books, since what came of a slice is told by the facts of its payments.
CREATE TABLE cover_slices (
  participant_kind       text   COLLATE "C" NOT NULL,
  participant_id         text   COLLATE "C" NOT NULL,
  currency_code          text   COLLATE "C" NOT NULL,
  leased_minor           bigint NOT NULL DEFAULT 0,
  -- What routing has confirmed that it will not spend.
  returned_minor         bigint NOT NULL DEFAULT 0,
  -- The highest totals that routing reported, by which a restore of its database is found.
  known_reserved_minor   bigint NOT NULL DEFAULT 0 CHECK (known_reserved_minor >= 0),
  known_given_back_minor bigint NOT NULL DEFAULT 0 CHECK (known_given_back_minor >= 0),
  reported_at            timestamptz NOT NULL,
  -- Until then nothing more is leased ahead: somebody withdraws.
  recall_until           timestamptz,
  PRIMARY KEY (participant_kind, participant_id, currency_code),
  FOREIGN KEY (participant_kind, participant_id, currency_code) REFERENCES covers,
  CHECK (returned_minor >= 0 AND leased_minor >= returned_minor)
);

-- Each lease, and each return of what was not needed.
CREATE TABLE cover_leases (
  participant_kind text        COLLATE "C" NOT NULL,
  participant_id   text        COLLATE "C" NOT NULL,
  currency_code    text        COLLATE "C" NOT NULL,
  state            text        COLLATE "C" NOT NULL CHECK (state IN ('LEASED', 'RETURNED')),
  -- All leases, or all returns, up to and with this one.
  total_minor      bigint      NOT NULL,
  amount_minor     bigint      NOT NULL CHECK (amount_minor > 0),
  recorded_at      timestamptz NOT NULL,
  PRIMARY KEY (participant_kind, participant_id, currency_code, state, total_minor),
  FOREIGN KEY (participant_kind, participant_id, currency_code) REFERENCES cover_slices,
  CHECK (total_minor >= amount_minor)
);

CREATE TRIGGER cover_leases_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON cover_leases
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Bookings whose payments were reserved from a slice, by the side whose cover it was.
CREATE TABLE cover_bookings (
  lane             smallint NOT NULL,
  payment_id       uuid     NOT NULL,
  kind             text     COLLATE "C" NOT NULL,
  subject_id       uuid     NOT NULL,
  issuer_covered   boolean  NOT NULL,
  acquirer_covered boolean  NOT NULL,
  PRIMARY KEY (lane, payment_id, kind, subject_id),
  FOREIGN KEY (lane, payment_id, kind, subject_id) REFERENCES bookings
);

CREATE TRIGGER cover_bookings_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON cover_bookings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TYPE cover_booking_v1 AS (
  lane smallint, payment_id uuid, kind text, subject_id uuid, issuer_covered boolean,
  acquirer_covered boolean
);

-- What those bookings took from each slice, in all: added in their commit.
CREATE TABLE cover_booked (
  participant_kind text   COLLATE "C" NOT NULL,
  participant_id   text   COLLATE "C" NOT NULL,
  currency_code    text   COLLATE "C" NOT NULL,
  booked_minor     bigint NOT NULL,
  PRIMARY KEY (participant_kind, participant_id, currency_code)
) WITH (fillfactor = 20);

-- What each participant owes by the books and has not settled; below zero where it is owed. What an
-- acquirer's money is held back for is owed to it all the same.
CREATE VIEW cover_used AS
  SELECT participant_kind, participant_id, currency_code, sum(minor)::bigint AS used_minor
    FROM (
      SELECT 'issuer' AS participant_kind, issuer_id AS participant_id,
             payer_currency AS currency_code,
             CASE kind WHEN 'capture' THEN payer_minor ELSE -payer_minor END AS minor
        FROM totals
      UNION ALL
      SELECT 'acquirer', partner_id, payee_currency,
             CASE kind WHEN 'capture' THEN -payee_minor ELSE payee_minor END
        FROM totals
      UNION ALL
      SELECT CASE WHEN code LIKE 'issuer%' THEN 'issuer' ELSE 'acquirer' END,
             owner COLLATE "C", currency_code COLLATE "C", debits_posted - credits_posted
        FROM ledger_accounts
       WHERE code IN ('issuer_receivable', 'issuer_refunds', 'acquirer_payable',
                      'acquirer_refunds', 'reserve')
    ) AS entry
   GROUP BY participant_kind, participant_id, currency_code;

-- Where cover stands: available, leased and used sum to the cap and what is prefunded. A payment is
-- part of `leased` from its reservation until it is booked, and of `used` from then until money has
-- moved: a booking adds to `used` in the commit in which it leaves `leased`, so nothing counts twice
-- and nothing is ever left out.
CREATE VIEW cover_positions AS
  SELECT participant_kind, participant_id, currency_code, cap_minor, prefunded_minor,
         coalesce(used_minor, 0) AS used_minor,
         coalesce(leased_minor, 0) - coalesce(returned_minor, 0) - coalesce(booked_minor, 0)
           AS leased_minor,
         coalesce(known_reserved_minor, 0) - coalesce(known_given_back_minor, 0)
           - coalesce(booked_minor, 0) AS reserved_minor,
         coalesce(cap_minor, 0) + prefunded_minor - coalesce(used_minor, 0)
           - (coalesce(leased_minor, 0) - coalesce(returned_minor, 0) - coalesce(booked_minor, 0))
           AS available_minor,
         coalesce(leased_minor, 0) AS leased_total_minor,
         coalesce(returned_minor, 0) AS returned_total_minor,
         coalesce(known_reserved_minor, 0) AS known_reserved_minor,
         coalesce(known_given_back_minor, 0) AS known_given_back_minor,
         reported_at, recall_until
    FROM covers
    LEFT JOIN cover_slices USING (participant_kind, participant_id, currency_code)
    LEFT JOIN cover_booked USING (participant_kind, participant_id, currency_code)
    LEFT JOIN cover_used USING (participant_kind, participant_id, currency_code);

-- No lease is ever more than what is available, whatever the service believes. What was booked in
-- this moment without a reservation is a reason to look again, so it fails as a lost race does.
CREATE FUNCTION keep_within_cover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT available_minor < 0 FROM cover_positions p
       WHERE (p.participant_kind, p.participant_id, p.currency_code)
           = (NEW.participant_kind, NEW.participant_id, NEW.currency_code))
  THEN
    RAISE EXCEPTION 'a lease of % for % % is more than its cover', NEW.currency_code,
      NEW.participant_kind, NEW.participant_id USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cover_leases_within AFTER INSERT ON cover_leases
  FOR EACH ROW WHEN (NEW.state = 'LEASED') EXECUTE FUNCTION keep_within_cover();
