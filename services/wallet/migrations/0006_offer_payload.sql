-- The link of the offer as its payer followed it: it proves to the acquirer, in the first report,
-- that the offer was shown to a user of this operator. Null where it was signed before this column.
ALTER TABLE agreements ADD COLUMN offer_payload text;
