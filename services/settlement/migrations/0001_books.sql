-- The switch's books. One row is one compound entry: all that a capture, a cancel or a refund
-- posts, in both currencies. A row cannot be half there, and it balances by its own constraints,
-- so each of its currencies sums to zero whatever writes it.
CREATE TABLE bookings (
  lane           smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  payment_id     uuid        NOT NULL,
  kind           text        COLLATE "C" NOT NULL CHECK (kind IN ('capture', 'cancel', 'refund')),
  -- The refund; of a capture and a cancel the payment itself.
  subject_id     uuid        NOT NULL,
  issuer_id      text        COLLATE "C" NOT NULL CHECK (issuer_id <> ''),
  partner_id     text        COLLATE "C" NOT NULL CHECK (partner_id <> ''),
  payer_currency text        COLLATE "C" NOT NULL CHECK (length(payer_currency) = 3),
  payee_currency text        COLLATE "C" NOT NULL CHECK (length(payee_currency) = 3),
  payer_minor    bigint      NOT NULL CHECK (payer_minor >= 0),
  payee_minor    bigint      NOT NULL CHECK (payee_minor >= 0),
  -- Where the payer's amount goes if it is converted: the clearing of its currency, what the markup
  -- earns, and what rounding adds. The markup may be below zero.
  mid_minor      bigint      NOT NULL CHECK (mid_minor >= 0),
  markup_minor   bigint      NOT NULL,
  residual_minor bigint      NOT NULL CHECK (residual_minor >= 0),
  booked_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (lane, payment_id, kind, subject_id),
  CHECK (kind = 'refund' OR subject_id = payment_id),
  CONSTRAINT booking_balances CHECK (
    CASE WHEN payer_currency = payee_currency
      THEN payer_minor = payee_minor AND mid_minor = 0 AND markup_minor = 0 AND residual_minor = 0
      ELSE payer_minor = mid_minor + markup_minor + residual_minor
    END
  )
);

-- A booking on its way here; versioned, since old and new services write side by side.
CREATE TYPE booking_v1 AS (
  lane smallint, payment_id uuid, kind text, subject_id uuid, issuer_id text, partner_id text,
  payer_currency text, payee_currency text, payer_minor bigint, payee_minor bigint,
  mid_minor bigint, markup_minor bigint, residual_minor bigint
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: history is corrected by a new booking', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Statement triggers on what never happens cost an insert nothing.
CREATE TRIGGER bookings_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON bookings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What the bookings sum to, kept in their commit: one row per kind, pair of participants and pair of
-- currencies. A booking adds to one row here, where it would add to six accounts.
CREATE TABLE totals (
  lane                smallint NOT NULL CHECK (lane BETWEEN 0 AND 63),
  kind                text     COLLATE "C" NOT NULL,
  issuer_id           text     COLLATE "C" NOT NULL,
  partner_id          text     COLLATE "C" NOT NULL,
  payer_currency      text     COLLATE "C" NOT NULL,
  payee_currency      text     COLLATE "C" NOT NULL,
  payer_minor         bigint   NOT NULL,
  payee_minor         bigint   NOT NULL,
  mid_minor           bigint   NOT NULL,
  -- The markups above zero, and those below it without their sign.
  markup_earned_minor bigint   NOT NULL,
  markup_given_minor  bigint   NOT NULL,
  residual_minor      bigint   NOT NULL,
  updated_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (lane, kind, issuer_id, partner_id, payer_currency, payee_currency),
  CONSTRAINT totals_balance CHECK (
    CASE WHEN payer_currency = payee_currency
      THEN payer_minor = payee_minor
      ELSE payer_minor = mid_minor + markup_earned_minor - markup_given_minor + residual_minor
    END
  )
) WITH (
  -- Sums change and no index covers them, so with room on the page every update is a HOT one.
  fillfactor = 50
);

-- The accounts of the books. A capture debits what the wallet operator owes and credits where that
-- goes; a cancel goes the same way back, a refund likewise over the accounts that refunds have.
CREATE VIEW accounts AS
  SELECT t.lane, entry.code, entry.owner, entry.currency_code,
         sum(CASE kind WHEN 'capture' THEN entry.debit ELSE entry.credit END)::bigint
           AS debits_posted,
         sum(CASE kind WHEN 'capture' THEN entry.credit ELSE entry.debit END)::bigint
           AS credits_posted,
         max(t.updated_at) AS updated_at
    FROM totals t
   CROSS JOIN LATERAL (VALUES
     (CASE kind WHEN 'refund' THEN 'issuer_refunds' ELSE 'issuer_receivable' END,
      issuer_id, payer_currency, payer_minor, 0),
     (CASE kind WHEN 'refund' THEN 'acquirer_refunds' ELSE 'acquirer_payable' END,
      partner_id, payee_currency, 0, payee_minor),
     ('fx_clearing', '', payer_currency, 0, mid_minor),
     ('fx_clearing', '', payee_currency,
      CASE WHEN payer_currency = payee_currency THEN 0 ELSE payee_minor END, 0),
     ('markup_income', '', payer_currency, markup_given_minor, markup_earned_minor),
     ('rounding', '', payer_currency, 0, residual_minor)
   ) AS entry (code, owner, currency_code, debit, credit)
   WHERE entry.debit <> 0 OR entry.credit <> 0
   GROUP BY t.lane, entry.code, entry.owner, entry.currency_code;
