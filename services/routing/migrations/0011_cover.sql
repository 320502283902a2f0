-- Cover that settlement leased to us: what the participants of payments may still come to owe. One
-- row for each participant and currency that is limited, shared by all replicas. Every total is one
-- since the slice began and never falls; what is free is leased - returned - reserved + given back.
CREATE TABLE cover_slices (
  participant_kind text COLLATE "C" NOT NULL CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  -- Whether payments must be reserved. A slice whose limit was lifted still takes what they give back.
  limited boolean NOT NULL,
  leased_minor bigint NOT NULL DEFAULT 0,
  returned_minor bigint NOT NULL DEFAULT 0,
  reserved_minor bigint NOT NULL DEFAULT 0,
  given_back_minor bigint NOT NULL DEFAULT 0,
  -- What of reserved less given back no payment accounts for: written off after a restore.
  lost_minor bigint NOT NULL DEFAULT 0,
  -- How much is to be held unused.
  target_minor bigint NOT NULL DEFAULT 0 CHECK (target_minor >= 0),
  PRIMARY KEY (participant_kind, participant_id, currency),
  CHECK (returned_minor >= 0 AND leased_minor >= returned_minor),
  CHECK (given_back_minor >= 0 AND reserved_minor >= given_back_minor),
  CONSTRAINT cover_not_exceeded
    CHECK (reserved_minor - given_back_minor <= leased_minor - returned_minor)
) WITH (
  -- Only totals change and no index covers them, so with room on the page every update is a HOT one.
  fillfactor = 20
);

-- Whether the payment was reserved from its wallet operator's cover, and whether its cancel after a
-- capture was from its acquirer's. Null where not, which costs nothing.
ALTER TABLE payments ADD COLUMN issuer_covered boolean, ADD COLUMN acquirer_covered boolean;
ALTER TABLE refunds ADD COLUMN acquirer_covered boolean;

CREATE TYPE payment_v3 AS (
  lane smallint, payment_id uuid, method smallint, payment_request_id text, fingerprint bytea,
  order_description text, created_at timestamptz, partner_id text, issuer_id text, route_id text,
  expires_at timestamptz, version integer, state text, step text, due_at timestamptz,
  decline_reason smallint, payer_reference text, wallet_id text, payee_currency text,
  payee_minor bigint, payer_currency text, payer_minor bigint, terms bytea, journey bytea,
  route_decision bytea, refunded_payee_minor bigint, refunded_payer_minor bigint,
  acquirer_clearing_date date, issuer_clearing_date date, updated_at timestamptz,
  issuer_covered boolean, acquirer_covered boolean
);
CREATE TYPE refund_v2 AS (
  lane smallint, payment_id uuid, refund_id uuid, refund_request_id text, state text,
  due_at timestamptz, payee_currency text, payee_minor bigint, payer_currency text,
  payer_minor bigint, mid_minor bigint, markup_minor bigint, residual_minor bigint, reason text,
  acquirer_clearing_date date, issuer_clearing_date date, created_at timestamptz,
  updated_at timestamptz, acquirer_covered boolean
);
-- What one commit on a payment takes from a slice, or gives back where it is below zero.
CREATE TYPE cover_move_v1 AS (
  lane smallint, payment_id uuid, participant_kind text, participant_id text, currency text,
  minor bigint
);
