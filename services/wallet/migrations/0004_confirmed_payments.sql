-- Payments that a wallet's user confirmed and that were not paid at once. One that was declined
-- before it reached us has no charge here, and its user may ask for it all the same.
CREATE TABLE confirmed_payments (
  confirmed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  payment_id   uuid        NOT NULL,
  wallet_id    uuid        NOT NULL,
  lane         smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  PRIMARY KEY (lane, wallet_id, payment_id)
);
