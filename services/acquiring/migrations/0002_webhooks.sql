-- Where partners want to be told of their feed. The lane is the partner's, as the feed's is.
-- cursor_seq is the last line of the feed that this webhook has its delivery of, or needs none of:
-- the feed itself is the queue, so taking in facts costs nothing more for it. An ended webhook
-- stays until its deliveries are swept, a page at a time.
CREATE TABLE webhooks (
  lane           smallint    NOT NULL,
  hook_id        uuid        NOT NULL,
  partner_id     text        NOT NULL,
  webhook_id     text        NOT NULL CHECK (webhook_id ~ '^[a-z0-9-]{1,32}$'),
  url            text        NOT NULL,
  kinds          text[]      NOT NULL,
  enabled        boolean     NOT NULL,
  cursor_seq     bigint      NOT NULL,
  -- Sealed with a key of the configuration, never in the clear.
  secret         text        NOT NULL,
  old_secret     text,
  old_until      timestamptz,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at       timestamptz,
  PRIMARY KEY (lane, hook_id),
  CHECK ((old_secret IS NULL) = (old_until IS NULL))
);
CREATE UNIQUE INDEX webhooks_of_partner ON webhooks (lane, partner_id, webhook_id)
 WHERE ended_at IS NULL;
CREATE INDEX webhooks_enabled ON webhooks (lane, hook_id) WHERE enabled AND ended_at IS NULL;
CREATE INDEX webhooks_ended ON webhooks (lane, hook_id) WHERE ended_at IS NOT NULL;

-- One line of the feed on its way to one webhook; what it tells stands in the feed. While an
-- attempt is under way due_at is the end of its lease: if the sender dies, another one takes over
-- then. The fence grows with every claim and every redelivery, so that a late outcome is ignored.
CREATE TABLE webhook_deliveries (
  lane          smallint    NOT NULL,
  hook_id       uuid        NOT NULL,
  seq           bigint      NOT NULL,
  -- 1 waiting, 2 delivered, 3 failed
  state         smallint    NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
  fence         integer     NOT NULL DEFAULT 0,
  attempt_count integer     NOT NULL DEFAULT 0,
  -- Failures since it was made, or since it was last asked for again; these choose the pause.
  failure_count integer     NOT NULL DEFAULT 0,
  last_status   integer     NOT NULL DEFAULT 0,
  last_error    text        NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL,
  attempted_at  timestamptz,
  due_at        timestamptz NOT NULL,
  PRIMARY KEY (lane, hook_id, seq),
  FOREIGN KEY (lane, hook_id) REFERENCES webhooks
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (lane, hook_id, due_at) WHERE state = 1;
CREATE INDEX webhook_deliveries_undelivered ON webhook_deliveries (lane, hook_id, seq)
 WHERE state <> 2;

-- How many deliveries of a webhook a sender has under way already.
CREATE TYPE webhook_busy_v2 AS (
  lane smallint, hook_id uuid, partner_id text, in_flight integer
);

-- What became of an attempt. due_at is empty where there is no next one.
CREATE TYPE webhook_outcome_v1 AS (
  lane smallint, hook_id uuid, seq bigint, fence integer, state smallint, status integer,
  error text, due_at timestamptz
);
