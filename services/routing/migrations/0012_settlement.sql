-- What an acquirer is settled for a payment, where that is in another currency than the payee's;
-- null for all others.
ALTER TABLE payments
  ADD COLUMN settlement_currency text,
  ADD COLUMN settlement_minor bigint CHECK (settlement_minor > 0),
  -- Settlement major units per one payee major unit.
  ADD COLUMN settlement_rate text,
  ADD CONSTRAINT payments_settlement_whole CHECK (
    num_nulls(settlement_currency, settlement_minor, settlement_rate) IN (0, 3)
  );
ALTER TABLE refunds
  ADD COLUMN settlement_currency text,
  ADD COLUMN settlement_minor bigint CHECK (settlement_minor >= 0),
  ADD CONSTRAINT refunds_settlement_whole CHECK (
    num_nulls(settlement_currency, settlement_minor) IN (0, 2)
  );

CREATE TYPE payment_v4 AS (
  lane smallint, payment_id uuid, method smallint, payment_request_id text, fingerprint bytea,
  order_description text, created_at timestamptz, partner_id text, issuer_id text, route_id text,
  expires_at timestamptz, version integer, state text, step text, due_at timestamptz,
  decline_reason smallint, payer_reference text, wallet_id text, payee_currency text,
  payee_minor bigint, payer_currency text, payer_minor bigint, terms bytea, journey bytea,
  route_decision bytea, refunded_payee_minor bigint, refunded_payer_minor bigint,
  acquirer_clearing_date date, issuer_clearing_date date, settlement_currency text,
  settlement_minor bigint, settlement_rate text, updated_at timestamptz,
  issuer_covered boolean, acquirer_covered boolean
);
CREATE TYPE refund_v3 AS (
  lane smallint, payment_id uuid, refund_id uuid, refund_request_id text, state text,
  due_at timestamptz, payee_currency text, payee_minor bigint, payer_currency text,
  payer_minor bigint, mid_minor bigint, markup_minor bigint, residual_minor bigint, reason text,
  acquirer_clearing_date date, issuer_clearing_date date, settlement_currency text,
  settlement_minor bigint, created_at timestamptz, updated_at timestamptz,
  acquirer_covered boolean
);
