-- What an operator gave up stays on record with the reason, and counts as parked no longer. No row has
-- been given up before there were these columns.
ALTER TABLE parked_events
  ADD COLUMN drop_reason text,
  ADD COLUMN dropped_by text,
  ADD COLUMN dropped_at timestamptz,
  ADD CONSTRAINT parked_events_dropped_whole CHECK (
    num_nulls(drop_reason, dropped_by, dropped_at) IN (0, 3)
      AND length(drop_reason) BETWEEN 1 AND 256
  ) NOT VALID;
