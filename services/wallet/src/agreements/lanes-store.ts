import { type Queryable, type RowColumn, rowArray, type Tx } from '@causeway/db';
import type { AgreementPlace } from './lanes.ts';

const SELECT = `
  SELECT agreement_id AS "agreementId", lane, wallet_id AS "walletId"
    FROM agreement_lanes WHERE agreement_id = ANY ($1::uuid[])`;

/** The places that are decided, in no order. */
export async function selectLanes(
  db: Queryable,
  agreementIds: readonly string[],
): Promise<AgreementPlace[]> {
  const rows = await db.query<AgreementPlace & { walletId: string | null }>(SELECT, [agreementIds]);
  return rows.map((row) => ({ ...row, walletId: row.walletId ?? undefined }));
}

const CLAIM = `
  INSERT INTO agreement_lanes (agreement_id, lane)
  SELECT agreement_id, lane FROM unnest($1::agreement_lane_v1[])
  ON CONFLICT DO NOTHING`;

const PLACE: RowColumn<AgreementPlace>[] = [
  { type: 'uuid', of: (place) => place.agreementId },
  { type: 'smallint', of: (place) => place.lane },
];

/** Takes the ids, in their order, so that nobody can sign them; those with a place keep it. */
export async function claimLanes(db: Queryable, places: readonly AgreementPlace[]): Promise<void> {
  await db.query(CLAIM, [rowArray('agreement_lane_v1', places, PLACE)]);
}

const SIGN = `
  INSERT INTO agreement_lanes (agreement_id, lane, wallet_id) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING`;

/**
 * Gives the agreement to a wallet, and answers whose it is then: another's, or nobody's, where
 * the id was used before.
 */
export async function signLane(
  tx: Tx,
  agreementId: string,
  wallet: { lane: number; walletId: string },
): Promise<AgreementPlace> {
  await tx.query(SIGN, [agreementId, wallet.lane, wallet.walletId]);
  const [place] = await selectLanes(tx, [agreementId]);
  if (place === undefined) throw new Error(`agreement ${agreementId} was given no place`);
  return place;
}
