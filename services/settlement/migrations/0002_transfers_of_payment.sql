-- A transfer's reference is its payment, whose lane it shares: this finds all that one payment
-- posted, its refunds included.
CREATE INDEX ledger_transfers_of_payment ON ledger_transfers (lane, reference);
