-- Everything that changes the books besides routing's facts, in the order in which it was done. The
-- books are a function of the bookings and of these rows, so that they can be made again.
CREATE TABLE commands (
  -- The idempotency key.
  command_id  uuid        PRIMARY KEY,
  -- Given under a lock, so it is the order of commits and has no gaps.
  seq         bigint      NOT NULL UNIQUE CHECK (seq > 0),
  kind        text        COLLATE "C" NOT NULL,
  operator_id text        COLLATE "C" NOT NULL CHECK (operator_id <> ''),
  body        jsonb       NOT NULL,
  recorded_at timestamptz NOT NULL
);

CREATE TRIGGER commands_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON commands
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
