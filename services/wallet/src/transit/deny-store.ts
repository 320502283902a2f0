import type { Tx } from '@causeway/db';
import type { DeniedReason } from './grant.ts';

/** Whoever numbers grants waits for whoever does: versions have no gaps and are never told late. */
const LOCK = 'SELECT version FROM transit_deny_list FOR UPDATE';

const NUMBER = `
  WITH due AS (
    SELECT lane, grant_id, row_number() OVER (ORDER BY denied_at, grant_id) AS place
      FROM transit_grants
     WHERE denied_at IS NOT NULL AND deny_version IS NULL
  )
  UPDATE transit_grants g SET deny_version = $1::bigint + due.place FROM due
   WHERE g.lane = due.lane AND g.grant_id = due.grant_id
  RETURNING g.deny_version`;

const SET = 'UPDATE transit_deny_list SET version = $1';

/** Gives every grant that was denied since its place in the list. Answers the list's version. */
export async function numberDenied(tx: Tx): Promise<bigint> {
  const [{ version } = { version: 0n }] = await tx.query<{ version: bigint }>(LOCK, []);
  const numbered = await tx.query(NUMBER, [version]);
  if (numbered.length === 0) return version;
  const after = version + BigInt(numbered.length);
  await tx.query(SET, [after]);
  return after;
}

/** A grant on the list. */
export interface DeniedGrant {
  version: bigint;
  grantId: string;
  deniedAt: Date;
  deniedReason: DeniedReason;
  /** After this no gate takes it anyway. */
  expiresAt: Date;
}

const LISTED = `
  SELECT deny_version AS version, grant_id AS "grantId", denied_at AS "deniedAt",
         denied_reason AS "deniedReason", expires_at AS "expiresAt"
    FROM transit_grants WHERE deny_version > $1 ORDER BY deny_version LIMIT $2`;

/** Grants that came onto the list after a version, in its order. */
export function selectDenied(tx: Tx, afterVersion: bigint, limit: number): Promise<DeniedGrant[]> {
  return tx.query(LISTED, [afterVersion, limit]);
}
