-- Transit grants: what phones may sign at gates without a network, and the keys that sign grants.

-- The operator's keys. A private key follows from the operator's secret and the key's id.
CREATE TABLE transit_keys (
  key_id     text        PRIMARY KEY CHECK (key_id ~ '^[a-z0-9-]{1,32}$'),
  state      text        NOT NULL CHECK (state IN ('signing', 'retired', 'revoked')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When another took its place.
  retired_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT transit_key_signs_until_retired CHECK ((state = 'signing') = (retired_at IS NULL)),
  CONSTRAINT transit_key_revoked_at_a_time CHECK ((state = 'revoked') = (revoked_at IS NOT NULL))
);
-- One key signs.
CREATE UNIQUE INDEX transit_keys_signing ON transit_keys (state) WHERE state = 'signing';

CREATE TABLE transit_grants (
  ride_cap_minor  bigint      NOT NULL CHECK (ride_cap_minor > 0),
  total_cap_minor bigint      NOT NULL CHECK (total_cap_minor >= ride_cap_minor),
  -- What rides used of the total. Nothing gives back to it: it is what the grant was trusted with.
  used_minor      bigint      NOT NULL DEFAULT 0,
  -- What rides under it left unpaid, or was lost by its misuse.
  lost_minor      bigint      NOT NULL DEFAULT 0 CHECK (lost_minor >= 0),
  -- Its place in the deny list; null until the list was told since it was denied.
  deny_version    bigint,
  issued_at       timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL CHECK (expires_at > issued_at),
  denied_at       timestamptz,
  lost_at         timestamptz,
  -- In the lane of its wallet.
  grant_id        uuid        NOT NULL,
  wallet_id       uuid        NOT NULL,
  max_codes       integer     NOT NULL CHECK (max_codes > 0),
  ride_count      integer     NOT NULL DEFAULT 0,
  lane            smallint    NOT NULL CHECK (lane BETWEEN 0 AND 63),
  request_id      text        NOT NULL CHECK (length(request_id) BETWEEN 1 AND 64),
  key_id          text        NOT NULL REFERENCES transit_keys,
  denied_reason   text,
  user_key        bytea       NOT NULL,
  signed_grant    bytea       NOT NULL,
  PRIMARY KEY (lane, grant_id),
  CONSTRAINT transit_grant_within_total CHECK (used_minor BETWEEN 0 AND total_cap_minor),
  CONSTRAINT transit_grant_within_codes CHECK (ride_count BETWEEN 0 AND max_codes),
  CONSTRAINT transit_grant_denied_for_a_reason CHECK (
    (denied_at IS NULL) = (denied_reason IS NULL)
  ),
  CONSTRAINT transit_grant_listed_is_denied CHECK (deny_version IS NULL OR denied_at IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX transit_grants_of_wallet ON transit_grants (lane, wallet_id, issued_at DESC);
CREATE INDEX transit_grants_to_list ON transit_grants (denied_at)
  WHERE denied_at IS NOT NULL AND deny_version IS NULL;
CREATE UNIQUE INDEX transit_grants_listed ON transit_grants (deny_version)
  WHERE deny_version IS NOT NULL;
CREATE INDEX transit_grants_alive ON transit_grants (expires_at);

-- The version of the deny list; whoever gives grants their place in it locks the row.
CREATE TABLE transit_deny_list (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  version bigint  NOT NULL CHECK (version >= 0)
);
INSERT INTO transit_deny_list (version) VALUES (0);

-- What statements take arrays of.
CREATE TYPE transit_grant_key_v1 AS (lane smallint, grant_id uuid);
CREATE TYPE transit_grant_use_v1 AS (
  lane smallint, grant_id uuid, used_minor bigint, ride_count integer, lost_minor bigint,
  lost_at timestamptz, denied_reason text, denied_at timestamptz
);
