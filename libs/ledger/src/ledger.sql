-- Accounts and transfers of one double-entry ledger. Every key begins with the lane.

CREATE TABLE ledger_accounts (
  debits_posted   bigint      NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
  credits_posted  bigint      NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
  debits_held     bigint      NOT NULL DEFAULT 0 CHECK (debits_held >= 0),
  credits_held    bigint      NOT NULL DEFAULT 0 CHECK (credits_held >= 0),
  -- How many transfers have touched the account: it numbers its entries and fences its updates.
  seq             bigint      NOT NULL DEFAULT 0 CHECK (seq >= 0),
  opened_at       timestamptz NOT NULL DEFAULT now(),
  account_id      uuid        NOT NULL,
  lane            smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  may_go_negative boolean     NOT NULL,
  normal_side     text        NOT NULL CHECK (normal_side IN ('debit', 'credit')),
  currency_code   text        NOT NULL CHECK (length(currency_code) = 3),
  code            text        NOT NULL,
  owner           text        NOT NULL,
  PRIMARY KEY (lane, account_id),
  CONSTRAINT ledger_account_not_overdrawn CHECK (
    may_go_negative OR CASE normal_side
      WHEN 'credit' THEN credits_posted - debits_posted - debits_held >= 0
      ELSE debits_posted - credits_posted - credits_held >= 0
    END
  )
) WITH (
  -- Balances change and no index covers them, so with room on the page every update is a HOT one.
  fillfactor = 60
);

CREATE TABLE ledger_transfers (
  amount_minor         bigint      NOT NULL CHECK (amount_minor > 0),
  -- What the transfer adds to the held amounts; a capture takes off all that its hold reserved.
  held_minor           bigint,
  debit_seq            bigint,
  credit_seq           bigint,
  -- Posted balances afterwards, each on the normal side of its account.
  debit_balance_minor  bigint,
  credit_balance_minor bigint,
  recorded_at          timestamptz NOT NULL DEFAULT now(),
  transfer_id          uuid        NOT NULL,
  debit_account_id     uuid        NOT NULL,
  credit_account_id    uuid        NOT NULL CHECK (credit_account_id <> debit_account_id),
  -- The hold that a capture or a void resolves.
  hold_id              uuid,
  -- The first transfer of the linked group.
  link_id              uuid,
  lane                 smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  kind                 text        NOT NULL CHECK (kind IN ('post', 'hold', 'capture', 'void')),
  outcome              text        NOT NULL,
  currency_code        text        NOT NULL CHECK (length(currency_code) = 3),
  code                 text        NOT NULL,
  reference            text        NOT NULL,
  PRIMARY KEY (lane, transfer_id),
  CONSTRAINT ledger_transfer_names_its_hold CHECK (
    (hold_id IS NOT NULL) = (kind IN ('capture', 'void'))
  ),
  CONSTRAINT ledger_transfer_has_effect_iff_posted CHECK (
    num_nulls(held_minor, debit_seq, credit_seq, debit_balance_minor, credit_balance_minor)
      = CASE outcome WHEN 'posted' THEN 0 ELSE 5 END
  ),
  CONSTRAINT ledger_transfer_held CHECK (
    CASE kind
      WHEN 'post' THEN held_minor = 0
      WHEN 'hold' THEN held_minor = amount_minor
      WHEN 'void' THEN held_minor = -amount_minor
      ELSE held_minor <= -amount_minor
    END
  )
);

-- An account's statement, and the proof that no entry number is used twice on a side.
CREATE UNIQUE INDEX ledger_transfers_debit_key
  ON ledger_transfers (lane, debit_account_id, debit_seq) WHERE outcome = 'posted';
CREATE UNIQUE INDEX ledger_transfers_credit_key
  ON ledger_transfers (lane, credit_account_id, credit_seq) WHERE outcome = 'posted';
-- A hold is resolved once.
CREATE UNIQUE INDEX ledger_transfers_hold_key
  ON ledger_transfers (lane, hold_id) WHERE hold_id IS NOT NULL AND outcome = 'posted';

-- What statements take arrays of. Versioned, since old and new services write side by side.
CREATE TYPE ledger_key_v1 AS (lane smallint, id uuid);
CREATE TYPE ledger_transfer_v1 AS (
  lane smallint, transfer_id uuid, kind text, outcome text, debit_account_id uuid,
  credit_account_id uuid, currency_code text, amount_minor bigint, hold_id uuid, link_id uuid,
  code text, reference text, held_minor bigint, debit_seq bigint, credit_seq bigint,
  debit_balance_minor bigint, credit_balance_minor bigint
);
CREATE TYPE ledger_totals_v1 AS (
  lane smallint, account_id uuid, loaded_seq bigint, seq bigint, debits_posted bigint,
  credits_posted bigint, debits_held bigint, credits_held bigint
);

-- Two rows per posted transfer. Sums of posted_minor and held_minor per account and side give
-- the account's four totals.
CREATE VIEW ledger_entries AS
  SELECT lane, debit_account_id AS account_id, debit_seq AS seq, 'debit'::text AS side,
         CASE WHEN kind IN ('post', 'capture') THEN amount_minor ELSE 0 END AS posted_minor,
         held_minor, debit_balance_minor AS balance_minor, currency_code, kind, transfer_id,
         credit_account_id AS other_account_id, code, reference, recorded_at AS posted_at
    FROM ledger_transfers WHERE outcome = 'posted'
  UNION ALL
  SELECT lane, credit_account_id, credit_seq, 'credit'::text,
         CASE WHEN kind IN ('post', 'capture') THEN amount_minor ELSE 0 END,
         held_minor, credit_balance_minor, currency_code, kind, transfer_id,
         debit_account_id, code, reference, recorded_at
    FROM ledger_transfers WHERE outcome = 'posted';

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: history is corrected by a new transfer', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Statement triggers on what never happens cost an insert nothing.
CREATE TRIGGER ledger_transfers_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_accounts_permanent BEFORE DELETE OR TRUNCATE ON ledger_accounts
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Ends a write that met another writer. The statement itself must fail, so that nobody can commit
-- half of it; the error code makes the transaction's wrapper repeat it on fresh balances.
CREATE FUNCTION ledger_fence(
  transfers_expected bigint, transfers_written bigint,
  accounts_expected bigint, accounts_written bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF transfers_written <> transfers_expected OR accounts_written <> accounts_expected THEN
    RAISE EXCEPTION 'ledger fence: wrote % of % transfers and % of % accounts',
      transfers_written, transfers_expected, accounts_written, accounts_expected
      USING ERRCODE = 'serialization_failure';
  END IF;
END $$;
