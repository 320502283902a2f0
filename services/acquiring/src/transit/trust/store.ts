import { type Queryable, type RowColumn, rowArray, type Tx } from '@causeway/db';

/** A grant on the deny list of all wallet operators. */
export interface DenialRow {
  /** The version with which it came onto the list. */
  version: bigint;
  issuerId: string;
  grantId: string;
  denyTime: Date;
  byUser: boolean;
}

/** The version of what gates must know. */
export async function trustVersion(db: Queryable): Promise<bigint> {
  const [row] = await db.query<{ version: bigint }>('SELECT version FROM transit_trust', []);
  if (row === undefined) throw new Error('the trust has no version');
  return row.version;
}

/** The same, and nobody changes it before the transaction ends. */
export async function lockTrust(tx: Tx): Promise<bigint> {
  const sql = 'SELECT version FROM transit_trust FOR UPDATE';
  const [row] = await tx.query<{ version: bigint }>(sql, []);
  if (row === undefined) throw new Error('the trust has no version');
  return row.version;
}

/** Adds the update that leads to a version, which is the latest from then on. */
export async function insertUpdate(tx: Tx, version: bigint, signed: Uint8Array): Promise<void> {
  const sql = 'INSERT INTO transit_trust_updates (version, signed) VALUES ($1, $2)';
  await tx.query(sql, [version, Buffer.from(signed)]);
  await tx.query('UPDATE transit_trust SET version = $1', [version]);
}

const UPDATES = `
  SELECT version, signed FROM transit_trust_updates
   WHERE version > $1 AND version <= $2 ORDER BY version LIMIT $3`;

/** The updates that lead on from one version towards another, in order. */
export function selectUpdates(
  db: Queryable,
  afterVersion: bigint,
  toVersion: bigint,
  limit: number,
): Promise<{ version: bigint; signed: Buffer }[]> {
  return db.query(UPDATES, [afterVersion, toVersion, limit]);
}

const KNOWN = 'SELECT known_version AS version FROM transit_issuers WHERE issuer_id = $1';

/** Up to which version an operator's own list is in ours; 0 where nothing of it is. */
export async function knownVersionOf(db: Queryable, issuerId: string): Promise<bigint> {
  const [row] = await db.query<{ version: bigint }>(KNOWN, [issuerId]);
  return row?.version ?? 0n;
}

const SET_KNOWN = `
  INSERT INTO transit_issuers (issuer_id, known_version) VALUES ($1, $2)
  ON CONFLICT (issuer_id) DO UPDATE SET known_version = excluded.known_version`;

/** Notes up to which version an operator's own list is in ours. */
export async function setKnownVersion(tx: Tx, issuerId: string, version: bigint): Promise<void> {
  await tx.query(SET_KNOWN, [issuerId, version]);
}

const UNLISTED = `
  SELECT n.grant_id AS "grantId" FROM unnest($2::uuid[]) AS n (grant_id)
   WHERE NOT EXISTS (
     SELECT 1 FROM transit_denials d WHERE d.issuer_id = $1 AND d.grant_id = n.grant_id
   )`;

/** Those of the grants that are not on the list yet. */
export async function selectUnlisted(
  tx: Tx,
  issuerId: string,
  grantIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.query<{ grantId: string }>(UNLISTED, [issuerId, [...grantIds]]);
  return new Set(rows.map(({ grantId }) => grantId));
}

const DENIAL: RowColumn<DenialRow>[] = [
  { type: 'bigint', of: (row) => row.version },
  { type: 'text', of: (row) => row.issuerId },
  { type: 'uuid', of: (row) => row.grantId },
  { type: 'timestamptz', of: (row) => row.denyTime },
  { type: 'boolean', of: (row) => row.byUser },
];

const INSERT_DENIALS = `
  INSERT INTO transit_denials (version, issuer_id, grant_id, deny_time, by_user)
  SELECT * FROM unnest($1::transit_denial_v1[]) AS n`;

/** Adds to the list. */
export async function insertDenials(tx: Tx, rows: readonly DenialRow[]): Promise<void> {
  await tx.query(INSERT_DENIALS, [rowArray('transit_denial_v1', rows, DENIAL)]);
}

const DENIALS = `
  SELECT version, issuer_id AS "issuerId", grant_id AS "grantId", deny_time AS "denyTime",
         by_user AS "byUser"
    FROM transit_denials WHERE version > $1 AND version <= $2`;

/** What came onto the list after one version, up to another. */
export function selectDenials(
  db: Queryable,
  afterVersion: bigint,
  toVersion: bigint,
): Promise<DenialRow[]> {
  return db.query(DENIALS, [afterVersion, toVersion]);
}
