import { laneStatement, queryLanes, type RowColumn, rowArray, type Tx } from '@causeway/db';
import { GRANT_USE_COLUMNS, type GrantUseRow, grantUseFrom, grantUseRows } from '../transit/row.ts';
import type { ChargeCommand } from './command.ts';
import { payerOf } from './store.ts';
import { keyOf, type WorkingSet } from './working-set.ts';

interface GrantKey {
  lane: number;
  grantId: string;
}

/** A grant belongs to one wallet, which is locked; it is fetched by its whole key. */
const READ = laneStatement(
  2,
  (within) => `
  SELECT ${GRANT_USE_COLUMNS}
    FROM unnest($1::transit_grant_key_v1[]) AS asked (lane, grant_id)
   CROSS JOIN LATERAL (
      SELECT * FROM transit_grants
       WHERE lane = asked.lane AND grant_id = asked.grant_id ${within('lane')} OFFSET 0
   ) AS g`,
);

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
  for (const row of await queryLanes<GrantUseRow>(tx, READ, [asked], [...keys.values()])) {
    // Without its wallet's lock nothing may be decided on it: it was signed a moment ago.
    if (set.wallet(row.walletId) === undefined) continue;
    set.grants.loaded(keyOf(row.lane, row.grantId), grantUseFrom(row));
  }
}

/**
 * By the keys and not by where the rows lie: a grant that was denied gets its place in the deny list
 * without its wallet's lock, which moves the row but changes nothing that is written here.
 */
const WRITE = laneStatement(
  2,
  (within) => `
  UPDATE transit_grants AS g
     SET used_minor = n.used_minor, ride_count = n.ride_count, lost_minor = n.lost_minor,
         lost_at = n.lost_at, denied_reason = n.denied_reason, denied_at = n.denied_at,
         borne_minor = n.borne_minor
    FROM unnest($1::transit_grant_use_v2[]) AS n
   WHERE g.lane = n.lane AND g.grant_id = n.grant_id ${within('g.lane')}
  RETURNING 1`,
);

/**
 * Writes what rides used of their grants; no round trip where there were none. Throws where a grant
 * could not be written, so that no ride is charged that its grant does not count.
 */
export async function writeGrants(tx: Tx, set: WorkingSet): Promise<void> {
  const grants = set.grants.changed();
  if (grants.length === 0) return;
  const written = await queryLanes(tx, WRITE, [grantUseRows(grants)], grants);
  if (written.length === grants.length) return;
  throw new Error(
    `wrote ${written.length} of ${grants.length} grants that rides were charged under`,
  );
}

const KEY: RowColumn<GrantKey>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ grantId }) => grantId },
];
