import type { Queryable } from '@causeway/db';
import { Policy } from '@causeway/proto/routing';

interface PolicyRow {
  version: bigint;
  policy: Buffer;
  operator_id: string;
  created_at: Date;
  active: boolean;
}

/** What new payments go by, and since which activation. */
interface PolicyInForce {
  policy: Policy;
  /** 0 before the first; grows with each, and only a restore takes it back. */
  activationId: bigint;
}

const IN_FORCE = 'SELECT version FROM policy_activations ORDER BY activation_id DESC LIMIT 1';

const COLUMNS = `version, policy, operator_id, created_at,
  version = coalesce((${IN_FORCE}), 0) AS active`;

/** All SQL on policies. */
export class PolicyStore {
  constructor(private readonly db: Queryable) {}

  /** Stores a policy under its version, unless that is taken. Answers whether it was stored. */
  async insert(version: bigint, policy: Policy, operatorId: string, now: Date): Promise<boolean> {
    const rows = await this.db.query(
      `INSERT INTO policies (version, policy, operator_id, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (version) DO NOTHING RETURNING version`,
      [version, encoded(policy), operatorId, now],
    );
    return rows.length > 0;
  }

  /** The highest version so far. */
  async latestVersion(): Promise<bigint> {
    const [row] = await this.db.query<{ version: bigint | null }>(
      'SELECT max(version) AS version FROM policies',
      [],
    );
    return row?.version ?? 0n;
  }

  /** The policy in force: the one activated last, or the one that is built in. */
  async inForce(): Promise<PolicyInForce | undefined> {
    const [row] = await this.db.query<PolicyRow & { activation_id: bigint }>(
      `SELECT ${COLUMNS}, coalesce((SELECT max(activation_id) FROM policy_activations), 0)
         AS activation_id
       FROM policies WHERE version = coalesce((${IN_FORCE}), 0)`,
      [],
    );
    return row && { policy: policyOf(row), activationId: row.activation_id };
  }

  /** One version, with what the server sets. */
  async find(version: bigint): Promise<Policy | undefined> {
    const [row] = await this.db.query<PolicyRow>(
      `SELECT ${COLUMNS} FROM policies WHERE version = $1`,
      [version],
    );
    return row && policyOf(row);
  }

  /** At most `limit` versions below one, newest first. */
  async list(below: bigint, limit: number): Promise<Policy[]> {
    const rows = await this.db.query<PolicyRow>(
      `SELECT ${COLUMNS} FROM policies WHERE version < $1 ORDER BY version DESC LIMIT $2`,
      [below, limit],
    );
    return rows.map(policyOf);
  }

  /** Puts a version in force that is stored. */
  async activate(version: bigint, operatorId: string, now: Date): Promise<void> {
    await this.db.query(
      `INSERT INTO policy_activations (version, operator_id, activated_at) VALUES ($1, $2, $3)`,
      [version, operatorId, now],
    );
  }
}

/** What the server sets stands in columns of its own. */
function encoded(policy: Policy): Uint8Array {
  const own = { version: 0n, createTime: undefined, operatorId: '', active: false };
  return Policy.encode({ ...policy, ...own }).finish();
}

function policyOf(row: PolicyRow): Policy {
  return {
    ...Policy.decode(row.policy),
    version: row.version,
    createTime: row.created_at,
    operatorId: row.operator_id,
    active: row.active,
  };
}
