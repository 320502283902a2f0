-- Rides with why they were declined, without which none that was left unpaid could be written again.
CREATE TYPE transit_ride_v2 AS (
  lane smallint, payment_id uuid, issuer_id text, grant_id uuid, first_counter integer,
  last_counter integer, partner_id text, line_id text, from_stop_id text, to_stop_id text,
  start_time timestamptz, end_time timestamptz, state text, currency_code text,
  fare_minor bigint, fare_basis text, give_back_minor bigint, subject text, due_at timestamptz,
  decline_reason integer
);
