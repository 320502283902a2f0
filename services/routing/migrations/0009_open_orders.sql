-- Orders that wait for their payer, to be counted by partner. The step of a payment changes only
-- together with due_at, which is indexed as it is, so that this costs nothing but orders.
CREATE INDEX payments_waiting ON payments (partner_id) WHERE step = 'AWAIT_PAYER';
