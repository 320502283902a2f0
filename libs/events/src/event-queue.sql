-- What is still to be published, and nothing else: one row for the facts of one commit, which
-- leaves when JetStream has acknowledged them. It only names them; they stand in the history of
-- their service. A row is claimed by an available_at that lies ahead, so an unfinished claim ends
-- by itself; one at infinity is parked, with a fact that NATS cannot take: whoever commits facts has claimed them already and publishes them from memory.
CREATE TABLE event_queue (
  -- The lane of one of its facts: a commit of a distributed database stays in one place.
  lane         smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  batch_id     uuid        NOT NULL DEFAULT gen_random_uuid(),
  -- The facts' keys in the history: lane, what it is about, and version.
  lanes        smallint[]  NOT NULL CHECK (cardinality(lanes) > 0),
  about_ids    uuid[]      NOT NULL CHECK (cardinality(about_ids) = cardinality(lanes)),
  versions     integer[]   NOT NULL CHECK (cardinality(versions) = cardinality(lanes)),
  available_at timestamptz NOT NULL DEFAULT now(),
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (lane, batch_id)
);
CREATE INDEX event_queue_due ON event_queue (available_at);
-- Every row comes and goes, so dead rows pile up with traffic and not with size.
ALTER TABLE event_queue SET (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);
