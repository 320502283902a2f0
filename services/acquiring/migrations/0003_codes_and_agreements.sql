-- Codes that merchants print. The id is made from the merchant and the partner's request id, so the
-- primary key is the idempotency key; the payload is made from this row and the merchant's.
CREATE TABLE merchant_codes (
  code_id       text        PRIMARY KEY CHECK (code_id ~ '^[0-9A-Z]{12}$'),
  merchant_id   uuid        NOT NULL REFERENCES merchants,
  store_id      uuid        REFERENCES stores,
  terminal_id   uuid        REFERENCES terminals,
  currency_code text        NOT NULL,
  amount_minor  bigint      CHECK (amount_minor > 0),
  ask_tip       boolean     NOT NULL,
  active        boolean     NOT NULL DEFAULT true,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX merchant_codes_of_merchant ON merchant_codes (merchant_id, code_id);

-- Agreements as acquirers see them: the offer is kept here, what was signed is kept by the wallet
-- operator. `version` is the operator's count of changes, so that a late report changes nothing.
CREATE TABLE agreements (
  agreement_id uuid        PRIMARY KEY,
  partner_id   text        NOT NULL REFERENCES partners,
  merchant_id  uuid        NOT NULL REFERENCES merchants,
  description  text        NOT NULL,
  ttl_seconds  integer     NOT NULL CHECK (ttl_seconds BETWEEN 60 AND 86400),
  state        smallint    NOT NULL CHECK (state BETWEEN 1 AND 4),
  issuer_id    text,
  version      bigint      NOT NULL DEFAULT 0 CHECK (version >= 0),
  expires_at   timestamptz NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Nothing but an offer, or one that was taken back, is without its operator.
  CHECK (issuer_id IS NOT NULL OR state IN (1, 4))
);
