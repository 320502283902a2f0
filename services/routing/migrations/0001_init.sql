-- Payments: one row each, keyed by what the acquirer asked. The row is decided on under its
-- version; what it went through stands in payment_facts.
CREATE TABLE payments (
  lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  payment_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  state text NOT NULL CHECK (state IN ('PENDING', 'SUCCEEDED', 'DECLINED', 'CANCELLED')),
  -- What is still owed: to its payer, to the issuer or to the partner.
  step text NOT NULL CHECK (step IN (
    'AWAIT_PAYER', 'CHARGE', 'HOLD', 'TAKE_OVER', 'CONFIRM', 'INQUIRE', 'REVERSE', 'CAPTURE',
    'VOID_FOR_CANCEL', 'VOID_FOR_EXPIRY', 'VOID_FOR_REFUSAL', 'DONE'
  )),
  -- When recovery may take the step over; a live call's lease lies in the future.
  due_at timestamptz,
  decline_reason smallint NOT NULL DEFAULT 0,
  method smallint NOT NULL,
  partner_id text NOT NULL,
  payment_request_id text NOT NULL,
  -- Null on a tombstone: whatever content arrives later, the cancel came first.
  fingerprint bytea,
  issuer_id text,
  route_id text,
  payer_reference text NOT NULL,
  wallet_id text,
  payee_currency text,
  payee_minor bigint CHECK (payee_minor > 0),
  payer_currency text,
  payer_minor bigint CHECK (payer_minor > 0),
  -- The plan: an encoded causeway.wallet.v1.ChargeTerms.
  terms bytea,
  order_description text NOT NULL DEFAULT '',
  -- An encoded causeway.routing.v1.Journey; null where no payer confirms anything.
  journey bytea,
  -- The record of the choice among routes: an encoded causeway.routing.v1.RouteDecision.
  route_decision bytea,
  refunded_payee_minor bigint NOT NULL DEFAULT 0,
  refunded_payer_minor bigint NOT NULL DEFAULT 0,
  acquirer_clearing_date date,
  issuer_clearing_date date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  expires_at timestamptz,
  PRIMARY KEY (lane, payment_id),
  CHECK (refunded_payee_minor BETWEEN 0 AND coalesce(payee_minor, 0)),
  CHECK (refunded_payer_minor BETWEEN 0 AND coalesce(payer_minor, 0)),
  CHECK (refunded_payee_minor = 0 OR state = 'SUCCEEDED'),
  CHECK ((step = 'DONE') = (due_at IS NULL)),
  CHECK ((state = 'DECLINED') = (decline_reason <> 0)),
  CHECK (state <> 'PENDING' OR step <> 'DONE'),
  CHECK (step <> 'AWAIT_PAYER' OR issuer_id IS NULL),
  CHECK (
    journey IS NOT NULL
    OR step NOT IN ('HOLD', 'TAKE_OVER', 'CONFIRM', 'INQUIRE', 'REVERSE', 'CAPTURE',
                    'VOID_FOR_REFUSAL')
  ),
  CHECK (state NOT IN ('DECLINED', 'CANCELLED') OR step = 'DONE'),
  CHECK (
    state <> 'SUCCEEDED'
    OR (
      payer_minor IS NOT NULL AND terms IS NOT NULL AND wallet_id IS NOT NULL
      AND acquirer_clearing_date IS NOT NULL AND issuer_clearing_date IS NOT NULL
    )
  )
) WITH (fillfactor = 70);

CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;

-- History and outbox in one: every fact, as published, never edited.
CREATE TABLE payment_facts (
  lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  payment_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  fact_id uuid NOT NULL,
  kind text NOT NULL,
  occurred_at timestamptz NOT NULL,
  -- An encoded causeway.routing.v1.PaymentFact.
  body bytea NOT NULL,
  PRIMARY KEY (lane, payment_id, version)
);

CREATE TABLE refunds (
  lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  payment_id uuid NOT NULL,
  refund_id uuid NOT NULL,
  refund_request_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('PENDING', 'SUCCEEDED')),
  due_at timestamptz,
  payee_currency text NOT NULL,
  payee_minor bigint NOT NULL CHECK (payee_minor > 0),
  payer_currency text NOT NULL,
  mid_minor bigint NOT NULL CHECK (mid_minor >= 0),
  markup_minor bigint NOT NULL CHECK (markup_minor >= 0),
  residual_minor bigint NOT NULL CHECK (residual_minor >= 0),
  payer_minor bigint NOT NULL CHECK (payer_minor = mid_minor + markup_minor + residual_minor),
  reason text NOT NULL,
  acquirer_clearing_date date,
  issuer_clearing_date date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (lane, payment_id, refund_id),
  FOREIGN KEY (lane, payment_id) REFERENCES payments,
  CHECK ((state = 'PENDING') = (due_at IS NOT NULL)),
  CHECK (
    state <> 'SUCCEEDED'
    OR (acquirer_clearing_date IS NOT NULL AND issuer_clearing_date IS NOT NULL)
  )
);

CREATE INDEX refunds_due ON refunds (due_at) WHERE due_at IS NOT NULL;

-- Reversals that were sent to partners. A partner that charges after it has answered that it has
-- undone a payment is told to give it back.
CREATE TABLE reversals (
  lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  payment_id uuid NOT NULL,
  route_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('WATCHED', 'QUIET', 'OWED_BACK', 'GIVEN_BACK')),
  -- How often the partner has said since that it is undone.
  checks integer NOT NULL CHECK (checks >= 0),
  -- When it is looked at again.
  due_at timestamptz,
  PRIMARY KEY (lane, payment_id, route_id),
  FOREIGN KEY (lane, payment_id) REFERENCES payments,
  CHECK ((state IN ('WATCHED', 'OWED_BACK')) = (due_at IS NOT NULL))
);

CREATE INDEX reversals_due ON reversals (due_at) WHERE due_at IS NOT NULL;

-- Rows as services send them, many in one parameter. A type never changes, since old and new
-- services write side by side: what has other columns is another version.
CREATE TYPE payment_v2 AS (
  lane smallint, payment_id uuid, method smallint, payment_request_id text, fingerprint bytea,
  order_description text, created_at timestamptz, partner_id text, issuer_id text, route_id text,
  expires_at timestamptz, version integer, state text, step text, due_at timestamptz,
  decline_reason smallint, payer_reference text, wallet_id text, payee_currency text,
  payee_minor bigint, payer_currency text, payer_minor bigint, terms bytea, journey bytea,
  route_decision bytea, refunded_payee_minor bigint, refunded_payer_minor bigint,
  acquirer_clearing_date date, issuer_clearing_date date, updated_at timestamptz
);
CREATE TYPE payment_key_v1 AS (
  lane smallint, payment_id uuid
);
CREATE TYPE payment_fact_v1 AS (
  lane smallint, payment_id uuid, version integer, occurred_at timestamptz, fact_id uuid,
  kind text, body bytea
);
CREATE TYPE payment_fact_key_v1 AS (
  lane smallint, payment_id uuid, version integer
);
CREATE TYPE refund_v1 AS (
  lane smallint, payment_id uuid, refund_id uuid, refund_request_id text, state text,
  due_at timestamptz, payee_currency text, payee_minor bigint, payer_currency text,
  payer_minor bigint, mid_minor bigint, markup_minor bigint, residual_minor bigint, reason text,
  acquirer_clearing_date date, issuer_clearing_date date, created_at timestamptz,
  updated_at timestamptz
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER payment_facts_append_only BEFORE UPDATE OR DELETE ON payment_facts
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What payments are routed by. Small tables, held in memory by every replica.
CREATE TABLE issuers (
  issuer_id text PRIMARY KEY,
  display_name text NOT NULL,
  currency text NOT NULL,
  country text NOT NULL,
  address text NOT NULL,
  time_zone text NOT NULL,
  cut_off_seconds integer NOT NULL CHECK (cut_off_seconds BETWEEN 0 AND 86399)
);

CREATE TABLE issuer_prefixes (
  prefix text PRIMARY KEY CHECK (prefix ~ '^[0-9]{2,8}$'),
  issuer_id text NOT NULL REFERENCES issuers
);

CREATE TABLE routes (
  route_id text PRIMARY KEY,
  partner_id text NOT NULL,
  country text NOT NULL,
  currencies text[] NOT NULL CHECK (cardinality(currencies) > 0),
  time_zone text NOT NULL,
  cut_off_seconds integer NOT NULL CHECK (cut_off_seconds BETWEEN 0 AND 86399),
  scheme_ids text[] NOT NULL,
  -- Empty where the partner needs not be asked.
  connector_address text NOT NULL,
  -- Null where no fees are agreed.
  partner_bps integer CHECK (partner_bps BETWEEN 0 AND 10000),
  partner_fixed_minor bigint CHECK (partner_fixed_minor >= 0),
  scheme_bps integer CHECK (scheme_bps BETWEEN 0 AND 10000),
  -- An array of causeway.routing.v1.RefusalRule in JSON.
  refusal_rules jsonb NOT NULL,
  max_in_flight integer NOT NULL CHECK (max_in_flight BETWEEN 0 AND 10000)
);

CREATE TABLE stops (
  subject_kind smallint NOT NULL CHECK (subject_kind > 0),
  subject_id text NOT NULL,
  reason text NOT NULL,
  operator_id text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (subject_kind, subject_id)
);
