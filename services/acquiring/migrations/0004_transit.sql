-- Transit: lines with their fares, and what gates recorded. All that belongs to a grant is in the
-- grant's lane, and whoever changes any of it has locked the grant's row.

CREATE TABLE transit_lines (
  partner_id text NOT NULL,
  line_id    text NOT NULL CHECK (line_id ~ '^[a-z0-9-]{1,32}$'),
  time_zone  text NOT NULL,
  -- The encoded TransitLine.
  line       bytea NOT NULL,
  PRIMARY KEY (partner_id, line_id)
);

-- What gates must know: the keys and the deny list of all wallet operators, as signed updates.
CREATE TABLE transit_trust (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  version bigint  NOT NULL CHECK (version >= 0)
);
INSERT INTO transit_trust (version) VALUES (0);

-- Each leads from the version before it to its own.
CREATE TABLE transit_trust_updates (
  version      bigint      PRIMARY KEY CHECK (version > 0),
  published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  signed       bytea       NOT NULL
);

-- Up to which version of an operator's own deny list it is in ours.
CREATE TABLE transit_issuers (
  issuer_id     text   PRIMARY KEY,
  known_version bigint NOT NULL CHECK (known_version >= 0)
);

CREATE TABLE transit_denials (
  version   bigint      NOT NULL REFERENCES transit_trust_updates,
  deny_time timestamptz NOT NULL,
  grant_id  uuid        NOT NULL,
  by_user   boolean     NOT NULL,
  issuer_id text        NOT NULL,
  PRIMARY KEY (issuer_id, grant_id)
);
CREATE INDEX transit_denials_by_version ON transit_denials (version);

CREATE TABLE transit_grants (
  lane      smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  issuer_id text     NOT NULL,
  grant_id  uuid     NOT NULL,
  PRIMARY KEY (lane, issuer_id, grant_id)
);

-- The first upload of each code, for ever.
CREATE TABLE transit_taps (
  sequence      bigint      NOT NULL,
  -- What the gate asked for; 0 where the line's fares say it.
  fare_minor    bigint      NOT NULL CHECK (fare_minor >= 0),
  trust_version bigint      NOT NULL,
  gate_time     timestamptz NOT NULL,
  -- By the phone's clock.
  code_time     timestamptz NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  grant_id      uuid        NOT NULL,
  -- The ride that it belongs to; null while it belongs to none.
  payment_id    uuid,
  counter       integer     NOT NULL CHECK (counter > 0),
  lane          smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  kind          smallint    NOT NULL CHECK (kind BETWEEN 1 AND 4),
  issuer_id     text        NOT NULL,
  partner_id    text        NOT NULL,
  gate_id       text        NOT NULL,
  line_id       text        NOT NULL,
  stop_id       text        NOT NULL,
  -- Stands for the person; not the wallet.
  subject       text        NOT NULL,
  code_hash     bytea       NOT NULL CHECK (length(code_hash) = 32),
  -- The code itself, which proves that the payer signed it.
  code          bytea       NOT NULL,
  PRIMARY KEY (lane, issuer_id, grant_id, counter)
);

-- Every tap that a gate uploaded, repeats of one upload left out.
CREATE TABLE transit_sightings (
  sequence    bigint      NOT NULL,
  gate_time   timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  grant_id    uuid        NOT NULL,
  counter     integer     NOT NULL,
  lane        smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  issuer_id   text        NOT NULL,
  partner_id  text        NOT NULL,
  gate_id     text        NOT NULL,
  code_hash   bytea       NOT NULL CHECK (length(code_hash) = 32),
  PRIMARY KEY (lane, issuer_id, grant_id, counter, partner_id, gate_id, sequence, code_hash)
);

CREATE TABLE transit_rides (
  fare_minor     bigint      CHECK (fare_minor > 0),
  -- What is to be given back since a tap that came late made the fare smaller.
  give_back_minor bigint     CHECK (give_back_minor > 0),
  start_time     timestamptz NOT NULL,
  end_time       timestamptz,
  -- When it is to be looked at again; null where nothing is left to do.
  due_at         timestamptz,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Follows from the first tap.
  payment_id     uuid        NOT NULL,
  grant_id       uuid        NOT NULL,
  first_counter  integer     NOT NULL,
  last_counter   integer,
  attempts       integer     NOT NULL DEFAULT 0,
  decline_reason integer     NOT NULL DEFAULT 0,
  lane           smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  state          text        NOT NULL,
  issuer_id      text        NOT NULL,
  partner_id     text        NOT NULL,
  line_id        text        NOT NULL,
  from_stop_id   text        NOT NULL,
  to_stop_id     text        NOT NULL,
  subject        text        NOT NULL,
  currency_code  text        NOT NULL CHECK (length(currency_code) = 3),
  fare_basis     text        NOT NULL,
  PRIMARY KEY (lane, payment_id),
  -- A tap begins one ride.
  CONSTRAINT transit_ride_by_tap UNIQUE (lane, issuer_id, grant_id, first_counter),
  CONSTRAINT transit_ride_state CHECK (state IN ('open', 'due', 'paid', 'unpaid', 'waived')),
  CONSTRAINT transit_ride_has_a_fare CHECK (state = 'open' OR fare_minor IS NOT NULL),
  CONSTRAINT transit_ride_is_looked_at CHECK (state NOT IN ('open', 'due') OR due_at IS NOT NULL),
  CONSTRAINT transit_ride_declined CHECK ((state = 'unpaid') = (decline_reason <> 0)),
  CONSTRAINT transit_ride_gives_back_less CHECK (give_back_minor < fare_minor)
) WITH (fillfactor = 80);
CREATE INDEX transit_rides_due ON transit_rides (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX transit_rides_newest ON transit_rides (partner_id, created_at DESC, payment_id DESC);
CREATE INDEX transit_rides_by_start ON transit_rides (partner_id, line_id, start_time);

CREATE TABLE transit_findings (
  amount_minor  bigint      CHECK (amount_minor > 0),
  sequence      bigint      NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When the wallet operator is told next; null where it is not, or knows.
  report_due_at timestamptz,
  finding_id    uuid        NOT NULL,
  grant_id      uuid        NOT NULL,
  payment_id    uuid,
  counter       integer     NOT NULL,
  lane          smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  kind          smallint    NOT NULL CHECK (kind BETWEEN 1 AND 6),
  liability     smallint    NOT NULL CHECK (liability BETWEEN 0 AND 3),
  issuer_id     text        NOT NULL,
  partner_id    text        NOT NULL,
  gate_id       text        NOT NULL,
  currency_code text        CHECK (length(currency_code) = 3),
  rule          text        NOT NULL,
  PRIMARY KEY (lane, finding_id),
  CONSTRAINT transit_finding_is_an_amount CHECK ((amount_minor IS NULL) = (currency_code IS NULL))
);
CREATE INDEX transit_findings_newest ON transit_findings (created_at DESC, finding_id DESC);
CREATE INDEX transit_findings_of_partner
  ON transit_findings (partner_id, created_at DESC, finding_id DESC);
CREATE INDEX transit_findings_to_report ON transit_findings (report_due_at)
  WHERE report_due_at IS NOT NULL;

CREATE INDEX transit_rides_of_subject ON transit_rides (partner_id, subject, start_time);

-- What decides how counts are rounded: whoever knew it could tell counts more exactly.
CREATE TABLE transit_insight_key (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  secret  text    NOT NULL
);
INSERT INTO transit_insight_key (secret)
VALUES (gen_random_uuid()::text || gen_random_uuid()::text);

-- The insight of a day, as it was told first: what arrives later changes it no more.
CREATE TABLE transit_insight_days (
  partner_id text  NOT NULL,
  line_id    text  NOT NULL,
  day        date  NOT NULL,
  -- [{"kind": "hour", "keys": ["08"], "count": 20}, …]
  cells      jsonb NOT NULL,
  PRIMARY KEY (partner_id, line_id, day)
);

-- What statements take arrays of.
CREATE TYPE transit_denial_v1 AS (
  version bigint, issuer_id text, grant_id uuid, deny_time timestamptz, by_user boolean
);
CREATE TYPE transit_grant_ref_v1 AS (lane smallint, issuer_id text, grant_id uuid);
CREATE TYPE transit_tap_v1 AS (
  lane smallint, issuer_id text, grant_id uuid, counter integer, partner_id text, gate_id text,
  sequence bigint, kind smallint, line_id text, stop_id text, fare_minor bigint,
  trust_version bigint, gate_time timestamptz, code_time timestamptz, subject text,
  code_hash bytea, code bytea, payment_id uuid
);
CREATE TYPE transit_sighting_v1 AS (
  lane smallint, issuer_id text, grant_id uuid, counter integer, partner_id text, gate_id text,
  sequence bigint, gate_time timestamptz, code_hash bytea
);
CREATE TYPE transit_ride_v1 AS (
  lane smallint, payment_id uuid, issuer_id text, grant_id uuid, first_counter integer,
  last_counter integer, partner_id text, line_id text, from_stop_id text, to_stop_id text,
  start_time timestamptz, end_time timestamptz, state text, currency_code text,
  fare_minor bigint, fare_basis text, give_back_minor bigint, subject text, due_at timestamptz
);
CREATE TYPE transit_finding_v1 AS (
  lane smallint, finding_id uuid, kind smallint, liability smallint, amount_minor bigint,
  currency_code text, partner_id text, gate_id text, sequence bigint, issuer_id text,
  grant_id uuid, counter integer, payment_id uuid, rule text, report_due_at timestamptz
);
