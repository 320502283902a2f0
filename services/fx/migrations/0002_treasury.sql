-- What one fact of routing did to the position of a pair, signed: a capture opens it, a cancel and
-- a refund close it again. Each happens once to what it is about, so that a fact that comes again
-- does nothing, and neither does the same told under another fact's id: routing that was restored
-- from a backup numbers its facts again from where the backup ends.
CREATE TABLE exposure_facts (
  lane                smallint    NOT NULL,
  -- The refund, where the kind is one; else the payment.
  about_id            uuid        NOT NULL,
  payment_id          uuid        NOT NULL,
  fact_id             uuid        NOT NULL,
  version             bigint      NOT NULL,
  kind                text        NOT NULL CHECK (kind IN ('capture', 'cancel', 'refund')),
  payer_currency_code text        NOT NULL,
  payee_currency_code text        NOT NULL,
  -- What the switch owes the payee for it.
  payee_minor         bigint      NOT NULL,
  -- What the payer owes for it at the payment's middle rate.
  payer_minor         bigint      NOT NULL,
  occurred_at         timestamptz NOT NULL,
  PRIMARY KEY (lane, about_id, kind),
  CHECK (payer_currency_code <> payee_currency_code)
);
CREATE TYPE exposure_fact_v2 AS (
  lane smallint, about_id uuid, payment_id uuid, fact_id uuid, version bigint, kind text,
  payer_currency_code text, payee_currency_code text, payee_minor bigint, payer_minor bigint,
  occurred_at timestamptz
);

-- The open position of each pair: its facts less its executed trades. One row per pair and no
-- lanes, since a limit is on the whole; a batch of a thousand facts changes a row once.
CREATE TABLE exposures (
  payer_currency_code text   NOT NULL,
  payee_currency_code text   NOT NULL,
  payee_open          bigint NOT NULL,
  payer_open          bigint NOT NULL,
  realised            bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (payer_currency_code, payee_currency_code),
  CHECK (payer_currency_code <> payee_currency_code)
);

CREATE TABLE cover_trades (
  trade_id            uuid        PRIMARY KEY,
  payer_currency_code text        NOT NULL,
  payee_currency_code text        NOT NULL,
  -- What is bought, or sold where it is below zero.
  payee_minor         bigint      NOT NULL CHECK (payee_minor <> 0),
  booked_minor        bigint      NOT NULL,
  provider_id         text        NOT NULL,
  limit_rate          text        NOT NULL,
  -- The operator's request; absent where a limit was passed.
  request_id          text,
  -- 1 pending, 2 executed, 3 refused
  state               smallint    NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
  payer_minor         bigint,
  rate                text,
  refusal             text        NOT NULL DEFAULT '',
  attempt_count       integer     NOT NULL DEFAULT 0,
  due_at              timestamptz NOT NULL,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  FOREIGN KEY (payer_currency_code, payee_currency_code) REFERENCES exposures,
  CHECK ((state = 2) = (payer_minor IS NOT NULL AND rate IS NOT NULL))
);
-- One at a time: a second one would cover the same position again.
CREATE UNIQUE INDEX cover_trades_pending ON cover_trades (payer_currency_code, payee_currency_code)
 WHERE state = 1;
CREATE INDEX cover_trades_due ON cover_trades (due_at) WHERE state = 1;
CREATE INDEX cover_trades_newest ON cover_trades (created_at DESC, trade_id DESC);
CREATE INDEX cover_trades_of_pair
  ON cover_trades (payer_currency_code, payee_currency_code, created_at DESC);
