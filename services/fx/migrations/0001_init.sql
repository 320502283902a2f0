-- The last accepted price of each source and pair. A restart goes on with it, and replicas that
-- the provider is not connected to learn it from here. Rates are exact texts.
CREATE TABLE source_prices (
  source_id           text        NOT NULL CHECK (source_id <> ''),
  base_currency_code  text        NOT NULL CHECK (base_currency_code ~ '^[A-Z]{3}$'),
  quote_currency_code text        NOT NULL CHECK (quote_currency_code ~ '^[A-Z]{3}$'),
  bid                 numeric     NOT NULL CHECK (bid > 0),
  ask                 numeric     NOT NULL CHECK (ask >= bid),
  observed_at         timestamptz NOT NULL,
  PRIMARY KEY (source_id, base_currency_code, quote_currency_code),
  CHECK (base_currency_code <> quote_currency_code)
);

-- Which reference rates were in force: a row per published day, never changed.
CREATE TABLE reference_days (
  source_id    text        NOT NULL,
  day          date        NOT NULL,
  -- Units per euro by currency code, as exact texts.
  per_euro     jsonb       NOT NULL,
  recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_id, day)
);

-- Every board that was ever shown: the evidence of what payers were promised. Rows never change.
CREATE TABLE rate_boards (
  rate_board_id       uuid        PRIMARY KEY,
  payer_currency_code text        NOT NULL CHECK (payer_currency_code ~ '^[A-Z]{3}$'),
  published_at        timestamptz NOT NULL,
  show_until          timestamptz NOT NULL CHECK (show_until > published_at),
  guarantee_until     timestamptz NOT NULL CHECK (guarantee_until > show_until),
  -- The encoded causeway.fx.v1.RateBoard, as it is given to whoever asks: a tenth of jsonb.
  board               bytea       NOT NULL
);

CREATE INDEX rate_boards_live ON rate_boards (guarantee_until);
