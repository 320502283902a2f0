-- Why what a payment or a refund owes has not come yet: for operators, written in batches apart from
-- payments, and only where an attempt failed. Rows of what is no longer owed are swept up.
CREATE TABLE failed_attempts (
  lane       smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  payment_id uuid        NOT NULL,
  -- The refund that is owed; the payment's own id where it is the payment's step.
  subject_id uuid        NOT NULL,
  step       text        NOT NULL,
  attempts   integer     NOT NULL CHECK (attempts > 0),
  failure    text        NOT NULL,
  failed_at  timestamptz NOT NULL,
  PRIMARY KEY (lane, payment_id, subject_id)
);
CREATE INDEX failed_attempts_age ON failed_attempts (failed_at);
