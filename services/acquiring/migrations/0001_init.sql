-- The directory: partners, their merchants, stores and terminals. Every change takes the next
-- number under the lock of this one row and holds it until commit, so that numbers become
-- visible in their order and a replica that follows them skips none. A time could not do that.
CREATE TABLE directory_changes (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  latest   bigint  NOT NULL
);
INSERT INTO directory_changes (latest) VALUES (0);

CREATE TABLE partners (
  partner_id   text        PRIMARY KEY CHECK (partner_id ~ '^[a-z0-9-]{1,32}$'),
  display_name text        NOT NULL,
  country_code text        NOT NULL CHECK (country_code ~ '^[A-Z]{2}$'),
  change       bigint      NOT NULL UNIQUE,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The id is made from the partner and its request id, so the primary key is the idempotency key.
CREATE TABLE merchants (
  merchant_id    uuid        PRIMARY KEY,
  partner_id     text        NOT NULL REFERENCES partners,
  display_name   text        NOT NULL,
  country_code   text        NOT NULL CHECK (country_code ~ '^[A-Z]{2}$'),
  city           text        NOT NULL,
  category_code  text        NOT NULL CHECK (category_code ~ '^[0-9]{4}$'),
  currency_codes text[]      NOT NULL CHECK (cardinality(currency_codes) BETWEEN 1 AND 8),
  active         boolean     NOT NULL DEFAULT true,
  change         bigint      NOT NULL UNIQUE,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX merchants_of_partner ON merchants (partner_id, merchant_id);

CREATE TABLE stores (
  store_id     uuid        PRIMARY KEY,
  merchant_id  uuid        NOT NULL REFERENCES merchants,
  display_name text        NOT NULL,
  change       bigint      NOT NULL UNIQUE,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX stores_of_merchant ON stores (merchant_id, store_id);

CREATE TABLE terminals (
  terminal_id uuid        PRIMARY KEY,
  store_id    uuid        NOT NULL REFERENCES stores,
  label       text        NOT NULL,
  change      bigint      NOT NULL UNIQUE,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX terminals_of_store ON terminals (store_id, terminal_id);

-- What partners read of their payments: a projection of routing's facts, made again by a replay.
-- The lane is the partner's, since everything here is read and written by partner.
CREATE TABLE partner_payments (
  lane        smallint    NOT NULL,
  payment_id  uuid        NOT NULL,
  partner_id  text        NOT NULL,
  merchant_id uuid,
  state       smallint    NOT NULL,
  version     bigint      NOT NULL,
  created_at  timestamptz NOT NULL,
  payment     bytea       NOT NULL,
  PRIMARY KEY (lane, payment_id)
);
CREATE INDEX partner_payments_newest
  ON partner_payments (lane, partner_id, created_at DESC, payment_id DESC);
CREATE INDEX partner_payments_of_merchant
  ON partner_payments (lane, partner_id, merchant_id, created_at DESC, payment_id DESC);

-- How far each partner's feed has come. Its row is locked by whoever appends.
CREATE TABLE feed_heads (
  lane       smallint NOT NULL,
  partner_id text     NOT NULL,
  latest_seq bigint   NOT NULL DEFAULT 0,
  PRIMARY KEY (lane, partner_id)
);

CREATE TABLE payment_feed (
  lane        smallint    NOT NULL,
  partner_id  text        NOT NULL,
  seq         bigint      NOT NULL CHECK (seq > 0),
  fact_id     uuid        NOT NULL,
  kind        text        NOT NULL,
  payment     bytea       NOT NULL,
  refund      bytea,
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (lane, partner_id, seq),
  UNIQUE (lane, fact_id)
);

-- A fact on its way here; versioned, since old and new services write side by side.
CREATE TYPE taken_fact_v1 AS (
  lane smallint, partner_id text, fact_id uuid, kind text, payment bytea, refund bytea,
  occurred_at timestamptz, payment_id uuid, merchant_id uuid, state smallint, version bigint,
  created_at timestamptz
);
