import { type RowColumn, rowArray, type Tx } from '@causeway/db';
import { GRANT_USE_COLUMNS, type GrantUseRow, grantUseFrom, grantUseRows } from '../transit/row.ts';
import type { ChargeCommand } from './command.ts';
import { payerOf } from './store.ts';
import { keyOf, type WorkingSet } from './working-set.ts';

interface GrantKey {
  lane: number;
  grantId: string;
}

/** A grant belongs to one wallet, which is locked; it is fetched by its whole key. */
const READ = `
  SELECT ${GRANT_USE_COLUMNS}
    FROM unnest($1::transit_grant_key_v1[]) AS asked (lane, grant_id)
   CROSS JOIN LATERAL (
      SELECT * FROM transit_grants
       WHERE lane = asked.lane AND grant_id = asked.grant_id OFFSET 0
   ) AS g`;

/** Reads the grants that the batch charges rides under; no round trip where it charges none. */
export async function loadGrants(
  tx: Tx,
  set: WorkingSet,
  commands: readonly ChargeCommand[],
): Promise<void> {
  const keys = new Map<string, GrantKey>();
  for (const command of commands) {
    const grantId = payerOf(command)?.tap?.grantId;
    if (grantId === undefined) continue;
    const { lane } = command;
    keys.set(keyOf(lane, grantId), { lane, grantId });
    set.grants.loaded(keyOf(lane, grantId), undefined);
  }
  if (keys.size === 0) return;
  const asked = rowArray('transit_grant_key_v1', [...keys.values()], KEY);
  for (const row of await tx.query<GrantUseRow>(READ, [asked])) {
    // Without its wallet's lock nothing may be decided on it: it was signed a moment ago.
    if (set.wallet(row.walletId) === undefined) continue;
    set.grants.loaded(keyOf(row.lane, row.grantId), grantUseFrom(row));
  }
}

/** Their wallets are locked, so the rows stay where they are found by their keys. */
const WRITE = `
  UPDATE transit_grants AS g
     SET used_minor = n.used_minor, ride_count = n.ride_count, lost_minor = n.lost_minor,
         lost_at = n.lost_at, denied_reason = n.denied_reason, denied_at = n.denied_at
    FROM unnest($1::transit_grant_use_v1[]) AS n
   WHERE g.ctid = ANY (ARRAY(
           SELECT f.ctid FROM unnest($1::transit_grant_use_v1[]) AS asked
            CROSS JOIN LATERAL (
              SELECT ctid FROM transit_grants
               WHERE lane = asked.lane AND grant_id = asked.grant_id OFFSET 0
            ) AS f))
     AND g.lane = n.lane AND g.grant_id = n.grant_id`;

/** Writes what rides used of their grants; no round trip where there were none. */
export async function writeGrants(tx: Tx, set: WorkingSet): Promise<void> {
  const grants = set.grants.changed();
  if (grants.length === 0) return;
  await tx.query(WRITE, [grantUseRows(grants)]);
}

const KEY: RowColumn<GrantKey>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ grantId }) => grantId },
];
