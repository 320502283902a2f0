-- The grant that a ride was charged under, so that what it used can be added up again.
ALTER TABLE charges ADD COLUMN grant_id uuid;

CREATE TYPE charge_v3 AS (
  lane smallint, payment_id uuid, state text, decline_reason text, wallet_id uuid,
  agreement_id uuid, amount_minor bigint, terms bytea, allowance_day date, refunded_minor bigint,
  refund_count integer, hold_expires_at timestamptz, created_at timestamptz,
  updated_at timestamptz, grant_id uuid
);
