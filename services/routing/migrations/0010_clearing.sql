-- Whom the switch settles with, and where its days stand. A small table, held in memory by every
-- replica.
CREATE TABLE clearing_participants (
  -- A causeway.common.v1.ParticipantKind.
  participant_kind smallint NOT NULL CHECK (participant_kind IN (1, 2)),
  participant_id text NOT NULL,
  -- When its day ends, as settlement has put it; null where the directory says it.
  time_zone text,
  cut_off_seconds integer CHECK (cut_off_seconds BETWEEN 0 AND 86399),
  -- Of an acquirer that is settled in one currency; null where it is settled in those of its payments.
  settlement_currency text,
  -- The first day that was still running when somebody looked last.
  opened date,
  sealed_through date,
  sealed_at timestamptz,
  PRIMARY KEY (participant_kind, participant_id),
  CHECK ((time_zone IS NULL) = (cut_off_seconds IS NULL)),
  CHECK (settlement_currency IS NULL OR participant_kind = 1),
  CHECK ((sealed_through IS NULL) = (sealed_at IS NULL))
);

-- The last sealed day once more for each lane, for commits to lock: every commit that stamps a day,
-- or takes a payment out of one, reads its rows FOR SHARE, so that a seal waits for those who came
-- before it and is seen by those who come after. A missing row lets nobody pass.
CREATE TABLE clearing_seals (
  lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  participant_kind smallint NOT NULL,
  participant_id text NOT NULL,
  sealed_through date,
  PRIMARY KEY (lane, participant_kind, participant_id),
  FOREIGN KEY (participant_kind, participant_id) REFERENCES clearing_participants
);

CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.sealed_through IS NULL OR NEW.sealed_through >= OLD.sealed_through THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a sealed day is not opened again';
END
$$;

CREATE TRIGGER clearing_participants_stay_sealed BEFORE UPDATE ON clearing_participants
  FOR EACH ROW EXECUTE FUNCTION refuse_reopening();
CREATE TRIGGER clearing_seals_stay_sealed BEFORE UPDATE ON clearing_seals
  FOR EACH ROW EXECUTE FUNCTION refuse_reopening();

-- A day that a commit may name only while it is open.
CREATE TYPE clearing_stamp_v1 AS (
  lane smallint, payment_id uuid, participant_kind smallint, participant_id text,
  clearing_date date
);

-- A day's totals read the pages of about that day. Several intervals to a range of pages, since a
-- payment that is refunded later may move to a page of that time.
CREATE INDEX payments_clearing_days ON payments USING brin (
  acquirer_clearing_date date_minmax_multi_ops, issuer_clearing_date date_minmax_multi_ops
) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX refunds_clearing_days ON refunds USING brin (
  acquirer_clearing_date date_minmax_multi_ops, issuer_clearing_date date_minmax_multi_ops
) WITH (pages_per_range = 32, autosummarize = on);
