-- What the operator bears itself of rides under a grant: copies of codes, and what its user left unpaid.
ALTER TABLE transit_grants ADD COLUMN borne_minor bigint NOT NULL DEFAULT 0;

CREATE TYPE transit_grant_use_v2 AS (
  lane smallint, grant_id uuid, used_minor bigint, ride_count integer, lost_minor bigint,
  lost_at timestamptz, denied_reason text, denied_at timestamptz, borne_minor bigint
);
