-- Reasoned corrections of what a participant is owed or owes. The money is in the ledger and the
-- charges; this says who posted it, and why.
CREATE TABLE adjustments (
  -- The command that posted it.
  adjustment_id    uuid        PRIMARY KEY,
  command_seq      bigint      NOT NULL UNIQUE REFERENCES commands (seq),
  participant_kind text        COLLATE "C" NOT NULL CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id   text        COLLATE "C" NOT NULL CHECK (participant_id <> ''),
  currency_code    text        COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
  -- Above zero where an acquirer is owed more, or a wallet operator owes more.
  amount_minor     bigint      NOT NULL CHECK (amount_minor <> 0),
  reason           text        NOT NULL CHECK (reason <> ''),
  reference        text        NOT NULL,
  operator_id      text        NOT NULL,
  -- The adjustment that it takes back; each is taken back once.
  reverses         uuid        UNIQUE REFERENCES adjustments (adjustment_id),
  posted_at        timestamptz NOT NULL
);
CREATE INDEX adjustments_by_participant
  ON adjustments (participant_kind, participant_id, command_seq DESC);

CREATE TRIGGER adjustments_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON adjustments
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
