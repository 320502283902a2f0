import { type RowColumn, rowArray } from '@causeway/db';
import type { DeniedReason, GrantUse } from './grant.ts';

/** What a charge reads of a grant `g`. */
export const GRANT_USE_COLUMNS = `
  g.lane, g.grant_id AS "grantId", g.wallet_id AS "walletId",
  g.ride_cap_minor AS "rideCapMinor", g.total_cap_minor AS "totalCapMinor",
  g.max_codes AS "maxCodes", g.used_minor AS "usedMinor", g.ride_count AS "rideCount",
  g.lost_minor AS "lostMinor", g.lost_at AS "lostAt", g.denied_reason AS "deniedReason",
  g.denied_at AS "deniedAt", g.borne_minor AS "borneMinor"`;

/** Of a grant, as the driver answers it. */
export interface GrantUseRow extends Omit<GrantUse, 'lostAtMs' | 'deniedAtMs' | 'deniedReason'> {
  lostAt: Date | null;
  deniedReason: DeniedReason | null;
  deniedAt: Date | null;
}

/** The grant in a row; what else the row holds is left out. */
export function grantUseFrom(row: GrantUseRow): GrantUse {
  return {
    ...{ lane: row.lane, grantId: row.grantId, walletId: row.walletId },
    ...{ rideCapMinor: row.rideCapMinor, totalCapMinor: row.totalCapMinor },
    ...{ maxCodes: row.maxCodes, usedMinor: row.usedMinor, rideCount: row.rideCount },
    ...{ lostMinor: row.lostMinor, borneMinor: row.borneMinor },
    lostAtMs: row.lostAt?.getTime(),
    deniedReason: row.deniedReason ?? undefined,
    deniedAtMs: row.deniedAt?.getTime(),
  };
}

/** What charges changed of grants, as a parameter of `transit_grant_use_v2[]`. */
export function grantUseRows(grants: readonly GrantUse[]) {
  return rowArray('transit_grant_use_v2', grants, COLUMNS);
}

const COLUMNS: RowColumn<GrantUse>[] = [
  { type: 'smallint', of: (grant) => grant.lane },
  { type: 'uuid', of: (grant) => grant.grantId },
  { type: 'bigint', of: (grant) => grant.usedMinor },
  { type: 'integer', of: (grant) => grant.rideCount },
  { type: 'bigint', of: (grant) => grant.lostMinor },
  { type: 'timestamptz', of: (grant) => dateOf(grant.lostAtMs) },
  { type: 'text', of: (grant) => grant.deniedReason },
  { type: 'timestamptz', of: (grant) => dateOf(grant.deniedAtMs) },
  { type: 'bigint', of: (grant) => grant.borneMinor },
];

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}
