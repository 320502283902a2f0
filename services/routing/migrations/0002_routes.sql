-- What routes are chosen by. Everything here that a choice was made from is immutable, since the
-- choice is made again from it; what is in force is told by rows of its own.
CREATE TABLE policies (
  version bigint PRIMARY KEY CHECK (version >= 0),
  -- An encoded causeway.routing.v1.Policy, without what the server sets.
  policy bytea NOT NULL,
  operator_id text NOT NULL,
  created_at timestamptz NOT NULL
);

-- Append-only: the last one is in force, and all of them tell who changed what when.
CREATE TABLE policy_activations (
  activation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version bigint NOT NULL REFERENCES policies,
  operator_id text NOT NULL,
  activated_at timestamptz NOT NULL
);

-- The directory of routes as it was: told apart by content, so that replicas which see the same
-- change write one version, and a change taken back is an earlier version again.
CREATE TABLE directory_versions (
  version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE,
  -- An encoded causeway.routing.v1.RouteDirectory.
  routes bytea NOT NULL,
  created_at timestamptz NOT NULL
);

-- Scores as one replica had them. Never pruned by itself: at most one a second for each replica,
-- a few bytes for each route. Whoever archives payments archives the snapshots of their time.
CREATE TABLE score_snapshots (
  snapshot_id uuid PRIMARY KEY,
  instance text NOT NULL,
  taken_at timestamptz NOT NULL,
  -- An encoded causeway.routing.v1.ScoreSnapshot.
  scores bytea NOT NULL
);

CREATE INDEX score_snapshots_taken ON score_snapshots (taken_at);

-- What a route may carry. A small table that replicas add to about once a second.
CREATE TABLE route_liquidity (
  route_id text PRIMARY KEY REFERENCES routes,
  currency text NOT NULL,
  granted_minor bigint NOT NULL CHECK (granted_minor >= 0),
  -- What was captured over the route since the grant.
  carried_minor bigint NOT NULL DEFAULT 0 CHECK (carried_minor >= 0),
  operator_id text NOT NULL,
  granted_at timestamptz NOT NULL
);

CREATE TRIGGER policies_append_only BEFORE UPDATE OR DELETE ON policies
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_activations_append_only BEFORE UPDATE OR DELETE ON policy_activations
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER directory_versions_append_only BEFORE UPDATE OR DELETE ON directory_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Past payments, newest first, for policies to be tried on.
CREATE INDEX payments_routed ON payments (created_at, payment_id)
  WHERE route_decision IS NOT NULL;
