-- What is still to be published, and nothing else: a row leaves when JetStream has acknowledged
-- it. The facts themselves stay in the tables of their service, from which they can be queued
-- again. A row is claimed by moving available_at ahead, so an unfinished claim ends by itself.
CREATE TABLE event_queue (
  lane         smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  fact_id      uuid        NOT NULL,
  subject      text        NOT NULL,
  payload      bytea       NOT NULL,
  traceparent  text,
  available_at timestamptz NOT NULL DEFAULT now(),
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (lane, fact_id)
);
CREATE INDEX event_queue_due ON event_queue (available_at);
-- Every row comes and goes, so dead rows pile up with traffic and not with size.
ALTER TABLE event_queue SET (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);
