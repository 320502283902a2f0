import type { Queryable, Tx } from '@causeway/db';
import type { Partner } from '@causeway/proto/acquiring';

/** Adds a partner or changes the one with this id. */
export async function upsertPartner(tx: Tx, partner: Partner, change: bigint): Promise<void> {
  const { partnerId, displayName, countryCode } = partner;
  await tx.query(
    `INSERT INTO partners (partner_id, display_name, country_code, change)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (partner_id) DO UPDATE
        SET display_name = excluded.display_name, country_code = excluded.country_code,
            change = excluded.change`,
    [partnerId, displayName, countryCode, change],
  );
}

/** All partners in the order of their ids. */
export function allPartners(db: Queryable): Promise<Partner[]> {
  return db.query(
    `SELECT partner_id AS "partnerId", display_name AS "displayName",
            country_code AS "countryCode"
       FROM partners ORDER BY partner_id`,
    [],
  );
}
