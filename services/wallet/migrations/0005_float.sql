-- What backs the wallets: settlements with the switch, and the daily proof that the money is there.

-- A clearing day that the operator settled with the switch; its transfers are in the ledger.
CREATE TABLE switch_settlements (
  clearing_date    date        PRIMARY KEY,
  -- Captured less refunded: by so much the payable fell.
  settled_minor    bigint      NOT NULL,
  fee_minor        bigint      NOT NULL CHECK (fee_minor >= 0),
  correction_minor bigint      NOT NULL,
  paid_minor       bigint      NOT NULL,
  recorder_id      text        NOT NULL,
  recorded_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT switch_settlement_is_even CHECK (
    paid_minor = settled_minor - fee_minor + correction_minor
  )
);

-- What the ledger held by purpose when a day was over.
CREATE TABLE float_days (
  float_date        date        PRIMARY KEY,
  taken_at          timestamptz NOT NULL,
  user_minor        bigint      NOT NULL,
  held_minor        bigint      NOT NULL,
  unclaimed_minor   bigint      NOT NULL,
  payable_minor     bigint      NOT NULL,
  fees_minor        bigint      NOT NULL,
  corrections_minor bigint      NOT NULL,
  arrears_minor     bigint      NOT NULL,
  float_minor       bigint      NOT NULL,
  CONSTRAINT float_day_sums CHECK (
    float_minor = user_minor + unclaimed_minor + payable_minor + fees_minor + corrections_minor
                  - arrears_minor
  )
);

-- What the bank said of a day, beside what the books said.
CREATE TABLE float_proofs (
  float_date        date        NOT NULL,
  version           integer     NOT NULL CHECK (version > 0),
  request_id        text        NOT NULL UNIQUE CHECK (length(request_id) BETWEEN 1 AND 64),
  taken_at          timestamptz NOT NULL,
  user_minor        bigint      NOT NULL,
  held_minor        bigint      NOT NULL,
  unclaimed_minor   bigint      NOT NULL,
  payable_minor     bigint      NOT NULL,
  fees_minor        bigint      NOT NULL,
  corrections_minor bigint      NOT NULL,
  arrears_minor     bigint      NOT NULL,
  float_minor       bigint      NOT NULL,
  trust_minor       bigint      NOT NULL CHECK (trust_minor >= 0),
  trust_reference   text        NOT NULL,
  -- [{"reason": "…", "amount_minor": "-100"}, …]
  in_transit        jsonb       NOT NULL,
  in_transit_minor  bigint      NOT NULL,
  difference_minor  bigint      NOT NULL,
  prover_id         text        NOT NULL,
  proved_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (float_date, version),
  CONSTRAINT float_proof_sums CHECK (
    float_minor = user_minor + unclaimed_minor + payable_minor + fees_minor + corrections_minor
                  - arrears_minor
  ),
  CONSTRAINT float_proof_names_the_rest CHECK (
    trust_minor = float_minor + in_transit_minor + difference_minor
  )
);

CREATE FUNCTION float_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: what was recorded of the float stays', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER switch_settlements_immutable BEFORE UPDATE OR DELETE OR TRUNCATE
  ON switch_settlements FOR EACH STATEMENT EXECUTE FUNCTION float_refuse_change();
CREATE TRIGGER float_days_immutable BEFORE UPDATE OR DELETE OR TRUNCATE
  ON float_days FOR EACH STATEMENT EXECUTE FUNCTION float_refuse_change();
CREATE TRIGGER float_proofs_immutable BEFORE UPDATE OR DELETE OR TRUNCATE
  ON float_proofs FOR EACH STATEMENT EXECUTE FUNCTION float_refuse_change();
