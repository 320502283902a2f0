-- Messages that a consumer gave up on, until an operator has seen to the cause and retries them.
CREATE TABLE parked_events (
  durable     text        NOT NULL,
  fact_id     uuid        NOT NULL,
  lane        smallint    NOT NULL,
  subject     text        NOT NULL,
  payload     bytea       NOT NULL,
  traceparent text,
  error       text        NOT NULL,
  tries       integer     NOT NULL CHECK (tries > 0),
  parked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (durable, fact_id)
);
