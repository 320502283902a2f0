-- What wallet operators bear of rides that their users must not pay, one payment for each finding.
CREATE TABLE transit_losses (
  amount_minor   bigint      NOT NULL CHECK (amount_minor > 0),
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When it is asked for next; null once it was answered.
  due_at         timestamptz,
  finding_id     uuid        NOT NULL,
  -- Follows from the finding.
  payment_id     uuid        NOT NULL,
  grant_id       uuid        NOT NULL,
  counter        integer     NOT NULL CHECK (counter > 0),
  decline_reason integer     NOT NULL DEFAULT 0,
  lane           smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  state          text        NOT NULL CHECK (state IN ('due', 'paid', 'unpaid')),
  issuer_id      text        NOT NULL,
  partner_id     text        NOT NULL,
  line_id        text        NOT NULL,
  currency_code  text        NOT NULL CHECK (length(currency_code) = 3),
  PRIMARY KEY (lane, finding_id),
  CONSTRAINT transit_loss_is_asked_for CHECK ((state = 'due') = (due_at IS NOT NULL)),
  CONSTRAINT transit_loss_declined CHECK ((state = 'unpaid') = (decline_reason <> 0))
);
CREATE INDEX transit_losses_due ON transit_losses (due_at) WHERE due_at IS NOT NULL;

CREATE TYPE transit_loss_v1 AS (
  lane smallint, finding_id uuid, payment_id uuid, issuer_id text, grant_id uuid, counter integer,
  partner_id text, line_id text, amount_minor bigint, currency_code text
);
