-- The files of windows. They are a function of the books, made for a window as it becomes final; a set
-- whose writer died is made again under another id, and only a published one is ever seen.
CREATE TABLE clearing_batches (
  batch_id         uuid        PRIMARY KEY,
  -- The same for all sets of one window that came to the same sums.
  content_id       uuid        NOT NULL,
  participant_kind text        COLLATE "C" NOT NULL CHECK (participant_kind IN ('acquirer', 'issuer')),
  participant_id   text        COLLATE "C" NOT NULL CHECK (participant_id <> ''),
  clearing_date    date        NOT NULL,
  begun_at         timestamptz NOT NULL DEFAULT now(),
  -- The signed document, and the key that signed it; null until all files are there.
  certificate      text,
  key_id           text        COLLATE "C",
  published        boolean     NOT NULL DEFAULT false,
  CHECK ((certificate IS NULL) = (key_id IS NULL)),
  CHECK (NOT published OR certificate IS NOT NULL)
);

CREATE UNIQUE INDEX clearing_batches_published
  ON clearing_batches (participant_kind, participant_id, clearing_date) WHERE published;
CREATE INDEX clearing_batches_by_content ON clearing_batches (content_id);
CREATE INDEX clearing_batches_abandoned ON clearing_batches (begun_at) WHERE NOT published;

CREATE TABLE clearing_files (
  batch_id      uuid    NOT NULL REFERENCES clearing_batches ON DELETE CASCADE,
  currency_code text    COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
  kind          text    COLLATE "C" NOT NULL,
  name          text    COLLATE "C" NOT NULL,
  size_bytes    bigint  NOT NULL CHECK (size_bytes >= 0),
  sha256        bytea   NOT NULL CHECK (length(sha256) = 32),
  chunk_count   integer NOT NULL CHECK (chunk_count >= 0),
  PRIMARY KEY (batch_id, currency_code, kind)
);

CREATE INDEX clearing_files_by_name ON clearing_files (name);

-- 256 KiB of a file each, deflated; the last one of a file may hold less.
CREATE TABLE clearing_file_chunks (
  batch_id      uuid    NOT NULL REFERENCES clearing_batches ON DELETE CASCADE,
  currency_code text    COLLATE "C" NOT NULL,
  kind          text    COLLATE "C" NOT NULL,
  position      integer NOT NULL CHECK (position >= 0),
  bytes         bytea   NOT NULL,
  PRIMARY KEY (batch_id, currency_code, kind, position)
);
ALTER TABLE clearing_file_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What participants were given is never taken back.
CREATE FUNCTION keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published THEN
    RAISE EXCEPTION '% on a published batch of files is refused', TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER clearing_batches_kept BEFORE UPDATE OR DELETE ON clearing_batches
  FOR EACH ROW EXECUTE FUNCTION keep_published();

CREATE FUNCTION keep_published_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM clearing_batches WHERE batch_id = OLD.batch_id AND published) THEN
    RAISE EXCEPTION '% on a published file is refused', TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER clearing_files_kept BEFORE UPDATE OR DELETE ON clearing_files
  FOR EACH ROW EXECUTE FUNCTION keep_published_files();
CREATE TRIGGER clearing_file_chunks_kept BEFORE UPDATE OR DELETE ON clearing_file_chunks
  FOR EACH ROW EXECUTE FUNCTION keep_published_files();
