-- What a line of a clearing file tells of a booking besides its amounts, as the fact said it. Null in
-- bookings of an earlier release, which no window takes.
ALTER TABLE bookings
  ADD COLUMN acquirer_clearing_date date,
  ADD COLUMN issuer_clearing_date   date,
  ADD COLUMN occurred_at            timestamptz,
  -- The acquirer's own id: of the payment, or of the refund.
  ADD COLUMN request_id             text COLLATE "C",
  ADD COLUMN merchant_id            uuid,
  ADD COLUMN quote_id               uuid,
  ADD COLUMN rate                   text,
  ADD COLUMN mid_rate               text,
  -- What the acquirer is settled, where that is in another currency than the payee's.
  ADD COLUMN settlement_currency    text COLLATE "C" CHECK (length(settlement_currency) = 3),
  ADD COLUMN settlement_minor       bigint CHECK (settlement_minor >= 0),
  ADD COLUMN settlement_rate        text,
  ADD CONSTRAINT booking_settlement_whole CHECK (
    num_nulls(settlement_currency, settlement_minor, settlement_rate) IN (0, 3)
  );

-- A day's bookings lie close together, since they are written as they happen.
CREATE INDEX bookings_by_day
  ON bookings USING brin (acquirer_clearing_date, issuer_clearing_date)
  WITH (pages_per_range = 16, autosummarize = on);

CREATE TYPE booking_v2 AS (
  lane smallint, payment_id uuid, kind text, subject_id uuid, issuer_id text, partner_id text,
  payer_currency text, payee_currency text, payer_minor bigint, payee_minor bigint,
  mid_minor bigint, markup_minor bigint, residual_minor bigint,
  acquirer_clearing_date date, issuer_clearing_date date, occurred_at timestamptz,
  request_id text, merchant_id uuid, quote_id uuid, rate text, mid_rate text,
  settlement_currency text, settlement_minor bigint, settlement_rate text
);
