-- What was agreed with participants, version by version. What an agreement says is the body of the
-- command that stored it.
CREATE TABLE agreements (
  participant_kind text    COLLATE "C" NOT NULL CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id   text    COLLATE "C" NOT NULL CHECK (participant_id <> ''),
  version          integer NOT NULL CHECK (version > 0),
  -- The first clearing day that it holds for.
  effective_from   date    NOT NULL,
  command_id       uuid    NOT NULL UNIQUE REFERENCES commands (command_id),
  PRIMARY KEY (participant_kind, participant_id, version)
);

CREATE INDEX agreements_in_force
  ON agreements (participant_kind, participant_id, effective_from, version);

CREATE TRIGGER agreements_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON agreements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
