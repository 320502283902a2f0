-- Agreements: what a payer signed, and what each period's charges used of it.

-- Where an agreement's charges are kept. Its id is the acquirer's and names no lane of ours, so it
-- alone is the key. Whoever comes first decides for ever: a signature gives the wallet and its
-- lane; a charge, a void or a revocation of what nobody signed gives the id's own lane and no
-- wallet, and it cannot be signed any more. So a payment's lane never changes.
CREATE TABLE agreement_lanes (
  agreement_id uuid     PRIMARY KEY,
  wallet_id    uuid,
  lane         smallint NOT NULL CHECK (lane BETWEEN 0 AND 63)
);

CREATE TABLE agreements (
  charge_cap_minor bigint      NOT NULL CHECK (charge_cap_minor > 0),
  period_cap_minor bigint      NOT NULL CHECK (period_cap_minor >= charge_cap_minor),
  -- Grows by one with every change of the state, which the acquirer is told.
  version          bigint      NOT NULL CHECK (version > 0),
  signed_at        timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  -- When the acquirer is told of this version next; null once it knows.
  report_due_at    timestamptz,
  agreement_id     uuid        NOT NULL,
  wallet_id        uuid        NOT NULL,
  merchant_id      uuid        NOT NULL,
  -- Charges in a row that could not be paid.
  unpaid_count     integer     NOT NULL CHECK (unpaid_count >= 0),
  lane             smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  -- Whether a charge under it was ever paid; before that nothing is advanced.
  has_paid         boolean     NOT NULL,
  state            text        NOT NULL CHECK (state IN ('active', 'suspended', 'ended')),
  suspended_for    text        CHECK (suspended_for IN ('payer', 'unpaid', 'arrears')),
  period           text        NOT NULL CHECK (period IN ('day', 'month')),
  description      text        NOT NULL,
  -- The encoded MerchantReference of the offer.
  merchant         bytea       NOT NULL,
  PRIMARY KEY (lane, agreement_id),
  CONSTRAINT agreement_suspended_for_a_reason CHECK (
    (state = 'suspended') = (suspended_for IS NOT NULL)
  )
) WITH (fillfactor = 80);
CREATE INDEX agreements_of_wallet ON agreements (lane, wallet_id, signed_at DESC, agreement_id DESC);
CREATE INDEX agreements_to_report ON agreements (report_due_at) WHERE report_due_at IS NOT NULL;

-- What an agreement's charges used of its cap in a day ('2026-11-16') or a month ('2026-11').
CREATE TABLE agreement_usage (
  used_minor   bigint   NOT NULL CHECK (used_minor >= 0),
  agreement_id uuid     NOT NULL,
  lane         smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  period       text     NOT NULL CHECK (length(period) IN (7, 10)),
  PRIMARY KEY (lane, agreement_id, period)
) WITH (fillfactor = 60);

-- What statements take arrays of.
CREATE TYPE agreement_v2 AS (
  lane smallint, agreement_id uuid, wallet_id uuid, merchant_id uuid, merchant bytea,
  description text, state text, suspended_for text, charge_cap_minor bigint,
  period_cap_minor bigint, period text, unpaid_count integer, has_paid boolean, version bigint,
  signed_at timestamptz, updated_at timestamptz
);
CREATE TYPE agreement_usage_v1 AS (
  lane smallint, agreement_id uuid, period text, used_minor bigint
);
CREATE TYPE agreement_day_v1 AS (lane smallint, agreement_id uuid, day date);
CREATE TYPE wallet_key_v1 AS (lane smallint, wallet_id uuid);
CREATE TYPE agreement_lane_v1 AS (agreement_id uuid, lane smallint);
