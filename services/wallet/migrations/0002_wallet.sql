-- Wallets, codes, charges and limits. Every key of a hot table begins with the lane.

CREATE TABLE wallets (
  opened_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- uuidFrom('wallet', issuer_id, request_id); also the id of the wallet's ledger account.
  wallet_id    uuid        NOT NULL,
  lane         smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  -- Whether its arrears account holds anything, so that a batch knows without looking there.
  owes         boolean     NOT NULL DEFAULT false,
  status       text        NOT NULL CHECK (status IN ('active', 'frozen', 'closed')),
  tier         text        NOT NULL,
  -- What OpenWallet asked for, so that another request under its id is noticed.
  opened_tier  text        NOT NULL,
  issuer_id    text        NOT NULL,
  request_id   text        NOT NULL CHECK (length(request_id) BETWEEN 1 AND 64),
  display_name text        NOT NULL,
  -- The id follows from the request, so this key alone makes one wallet of one request. It is the
  -- only index with the lane: a plan made while the table is small has no other way to go.
  PRIMARY KEY (lane, wallet_id)
);
CREATE INDEX wallets_newest_first ON wallets (opened_at DESC);

-- What a payer was shown. One row per board and not per code; small, and needed in every lane.
CREATE TABLE rate_boards (
  rate_board_id uuid        PRIMARY KEY,
  stored_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  guarantee_until timestamptz NOT NULL,
  -- {"JPY": "19.27", …}: payee major units per one payer major unit, all in.
  rates         jsonb       NOT NULL
);

CREATE TABLE payment_codes (
  expires_at    timestamptz NOT NULL,
  used_at       timestamptz,
  wallet_id     uuid        NOT NULL,
  rate_board_id uuid        NOT NULL,
  -- The payment that used the code, by whatever outcome.
  used_by       uuid,
  lane          smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  code_hash     bytea       NOT NULL CHECK (length(code_hash) = 32),
  PRIMARY KEY (lane, code_hash),
  CHECK ((used_by IS NULL) = (used_at IS NULL))
);
-- Codes are deleted long after their end; a range index costs an insert next to nothing.
CREATE INDEX payment_codes_by_expiry ON payment_codes USING brin (expires_at);

CREATE TABLE charges (
  amount_minor    bigint      CHECK (amount_minor > 0),
  refunded_minor  bigint      NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  -- A hold that was taken over has none.
  hold_expires_at timestamptz,
  payment_id      uuid        NOT NULL,
  wallet_id       uuid,
  -- The agreement that was charged.
  agreement_id    uuid,
  refund_count    integer     NOT NULL DEFAULT 0 CHECK (refund_count >= 0),
  -- The day whose allowance was used, in the policy's time zone.
  allowance_day   date,
  lane            smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  state           text        NOT NULL,
  decline_reason  text,
  -- The encoded ChargeTerms of the first call.
  terms           bytea,
  PRIMARY KEY (lane, payment_id),
  CONSTRAINT charge_state CHECK (state IN ('held', 'captured', 'voided', 'declined')),
  CONSTRAINT charge_declined_has_reason CHECK ((state = 'declined') = (decline_reason IS NOT NULL)),
  CONSTRAINT charge_money_has_wallet CHECK (
    state NOT IN ('held', 'captured')
    OR num_nulls(wallet_id, amount_minor, terms, allowance_day) = 0
  ),
  CONSTRAINT charge_deadline_is_a_holds CHECK (hold_expires_at IS NULL OR state = 'held'),
  CONSTRAINT charge_refunds_within CHECK (
    refunded_minor = 0 OR (state = 'captured' AND refunded_minor BETWEEN 0 AND amount_minor)
  ),
  CONSTRAINT charge_voided_has_no_refund CHECK (refund_count = 0 OR state = 'captured')
) WITH (fillfactor = 85);
CREATE INDEX charges_held ON charges (hold_expires_at) WHERE state = 'held';

CREATE TABLE charge_refunds (
  payer_amount_minor bigint      NOT NULL CHECK (payer_amount_minor >= 0),
  payee_amount_minor bigint      NOT NULL CHECK (payee_amount_minor >= 0),
  created_at         timestamptz NOT NULL,
  payment_id         uuid        NOT NULL,
  refund_id          uuid        NOT NULL,
  lane               smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  -- Whether the money waits in the unclaimed account, the wallet being closed.
  unclaimed          boolean     NOT NULL,
  payee_currency     text        NOT NULL,
  PRIMARY KEY (lane, refund_id)
);

-- What a wallet spent in a day ('2026-11-16') or a year ('2026').
CREATE TABLE limit_usage (
  used_minor bigint   NOT NULL CHECK (used_minor >= 0),
  wallet_id  uuid     NOT NULL,
  lane       smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  period     text     NOT NULL CHECK (length(period) IN (4, 10)),
  PRIMARY KEY (lane, wallet_id, period)
) WITH (fillfactor = 60);

CREATE TABLE fund_movements (
  amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  wallet_id    uuid        NOT NULL,
  lane         smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  kind         text        NOT NULL CHECK (kind IN ('top_up', 'withdrawal')),
  request_id   text        NOT NULL CHECK (length(request_id) BETWEEN 1 AND 64),
  PRIMARY KEY (lane, wallet_id, request_id)
);

-- What statements take arrays of. Versioned, since old and new services write side by side.
CREATE TYPE charge_command_v1 AS (
  lane smallint, payment_id uuid, code_hash bytea, wallet_id uuid, refund_id uuid,
  payee_currency text
);
CREATE TYPE charge_v2 AS (
  lane smallint, payment_id uuid, state text, decline_reason text, wallet_id uuid,
  agreement_id uuid, amount_minor bigint, terms bytea, allowance_day date, refunded_minor bigint,
  refund_count integer, hold_expires_at timestamptz, created_at timestamptz,
  updated_at timestamptz
);
CREATE TYPE charge_refund_v1 AS (
  lane smallint, refund_id uuid, payment_id uuid, payer_amount_minor bigint,
  payee_amount_minor bigint, payee_currency text, unclaimed boolean, created_at timestamptz
);
CREATE TYPE used_code_v1 AS (
  lane smallint, code_hash bytea, wallet_id uuid, rate_board_id uuid, expires_at timestamptz,
  used_by uuid, used_at timestamptz
);
CREATE TYPE limit_usage_v1 AS (lane smallint, wallet_id uuid, period text, used_minor bigint);
CREATE TYPE new_code_v1 AS (
  lane smallint, wallet_id uuid, code_hash bytea, rate_board_id uuid, ttl_seconds integer
);
