-- Whoever restores this database to an earlier moment adds a row before routing starts on it again:
-- routing then takes up the facts of the time since, which others have, before it does anything else.
CREATE TABLE restorations (
  restored_at timestamptz PRIMARY KEY DEFAULT now(),
  -- Who restored it, and to which moment, for the record.
  note        text        NOT NULL DEFAULT '',
  taken_up_at timestamptz,
  -- How many facts, and how many payments, were found that this database lacked.
  facts       bigint,
  payments    bigint
);
