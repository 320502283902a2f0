-- Money that commands move stands in the ledger, lane 0; that of payments in bookings. The accounts
-- of the switch are both together. Bookings' part keeps a name of its own, since it is what wallet
-- operators' books are compared with: what was paid, apart from what was settled.
ALTER VIEW accounts RENAME TO booked_accounts;

CREATE VIEW accounts AS
  SELECT lane, code, owner, currency_code, sum(debits_posted)::bigint AS debits_posted,
         sum(credits_posted)::bigint AS credits_posted, max(updated_at) AS updated_at
    FROM (
      SELECT lane, code, owner, currency_code, debits_posted, credits_posted, updated_at
        FROM booked_accounts
      UNION ALL
      SELECT lane, code COLLATE "C", owner COLLATE "C", currency_code COLLATE "C", debits_posted,
             credits_posted, opened_at
        FROM ledger_accounts
    ) AS account
   GROUP BY lane, code, owner, currency_code;

-- What is charged to a participant's windows besides its payments, signed: what an acquirer is owed
-- more, what a wallet operator owes more.
CREATE TABLE charges (
  charge_id        uuid        PRIMARY KEY,
  participant_kind text        COLLATE "C" NOT NULL CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id   text        COLLATE "C" NOT NULL CHECK (participant_id <> ''),
  kind             text        COLLATE "C" NOT NULL,
  currency_code    text        COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
  amount_minor     bigint      NOT NULL CHECK (amount_minor <> 0),
  -- What it is about, for the line of a file: an adjustment, a dispute, a window.
  reference        text        NOT NULL,
  command_seq      bigint      NOT NULL REFERENCES commands (seq),
  recorded_at      timestamptz NOT NULL,
  -- The window that took it when it became final; null until then.
  clearing_date    date
);

CREATE INDEX charges_waiting ON charges (participant_kind, participant_id)
  WHERE clearing_date IS NULL;
CREATE INDEX charges_by_window ON charges (participant_kind, participant_id, clearing_date);

-- A charge is only ever taken by a window, once.
CREATE FUNCTION keep_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.clearing_date IS NOT NULL
    OR (to_jsonb(OLD) - 'clearing_date') <> (to_jsonb(NEW) - 'clearing_date')
  THEN
    RAISE EXCEPTION '% on charges is refused: a charge is corrected by another', TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER charges_kept BEFORE UPDATE OR DELETE ON charges
  FOR EACH ROW EXECUTE FUNCTION keep_charge();
