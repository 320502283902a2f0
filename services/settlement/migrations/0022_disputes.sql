-- Disputes: one row as each stands, and one for each step that it took. What an outcome gives back is
-- a refund of routing's and is booked as one.
CREATE TABLE disputes (
  -- The command that opened it.
  dispute_id            uuid        PRIMARY KEY,
  -- The place of that command among all.
  opened_seq            bigint      NOT NULL UNIQUE REFERENCES commands (seq),
  payment_id            uuid        NOT NULL,
  issuer_id             text        COLLATE "C" NOT NULL CHECK (issuer_id <> ''),
  partner_id            text        COLLATE "C" NOT NULL CHECK (partner_id <> ''),
  version               integer     NOT NULL CHECK (version > 0),
  state                 text        NOT NULL CHECK (state IN
    ('REQUESTED', 'ANSWERED', 'UNANSWERED', 'ESCALATED', 'CONTESTED', 'GRANTED', 'CLOSED')),
  outcome               text        CHECK (outcome IN ('ACCEPTED', 'UNCONTESTED', 'UPHELD', 'REJECTED',
    'UNDECIDED', 'LAPSED', 'WITHDRAWN')),
  reason                text        NOT NULL,
  currency_code         text        COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
  claimed_minor         bigint      NOT NULL CHECK (claimed_minor > 0),
  granted_minor         bigint      CHECK (granted_minor BETWEEN 1 AND claimed_minor),
  refund_id             uuid,
  refunded_payee_minor  bigint      CHECK (refunded_payee_minor BETWEEN 1 AND granted_minor),
  refunded_payer_minor  bigint      CHECK (refunded_payer_minor >= 0),
  refunded_currency     text        COLLATE "C" CHECK (length(refunded_currency) = 3),
  -- How long each step may take, as it was agreed when the dispute was opened.
  answer_hours          integer     NOT NULL CHECK (answer_hours > 0),
  escalation_hours      integer     NOT NULL CHECK (escalation_hours > 0),
  decision_hours        integer     NOT NULL CHECK (decision_hours > 0),
  deadline_at           timestamptz,
  opened_at             timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,
  CONSTRAINT dispute_has_outcome CHECK (
    (outcome IS NOT NULL) = (state IN ('GRANTED', 'CLOSED'))
  ),
  CONSTRAINT dispute_has_deadline CHECK (
    (deadline_at IS NULL) = (state IN ('GRANTED', 'CLOSED'))
  ),
  CONSTRAINT dispute_grants CHECK (
    (granted_minor IS NOT NULL) = coalesce(outcome IN ('ACCEPTED', 'UNCONTESTED', 'UPHELD'), false)
  ),
  CONSTRAINT dispute_refunds_what_was_granted CHECK (
    num_nulls(refund_id, refunded_payee_minor, refunded_payer_minor, refunded_currency) IN (0, 4)
    AND (refund_id IS NULL OR (state = 'CLOSED' AND granted_minor IS NOT NULL))
  )
);
-- One open dispute of a payment at a time.
CREATE UNIQUE INDEX disputes_open ON disputes (payment_id) WHERE state <> 'CLOSED';
CREATE INDEX disputes_by_payment ON disputes (payment_id);
CREATE INDEX disputes_by_issuer ON disputes (issuer_id, opened_seq DESC);
CREATE INDEX disputes_by_partner ON disputes (partner_id, opened_seq DESC);
CREATE INDEX disputes_due ON disputes (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX disputes_granted ON disputes (updated_at) WHERE state = 'GRANTED';

CREATE TABLE dispute_steps (
  dispute_id         uuid        NOT NULL REFERENCES disputes (dispute_id),
  -- The version that it made.
  version            integer     NOT NULL CHECK (version > 0),
  action             text        NOT NULL,
  actor_id           text        NOT NULL,
  state              text        NOT NULL,
  statement          text        NOT NULL,
  evidence_reference text        NOT NULL,
  stepped_at         timestamptz NOT NULL,
  PRIMARY KEY (dispute_id, version)
);
CREATE TRIGGER dispute_steps_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON dispute_steps
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
