import type { Queryable } from '@causeway/db';
import type { ChargeKey } from './command.ts';
import type { ChargeRecord } from './record.ts';
import { CHARGE_COLUMNS, type ChargeRow, chargeFrom } from './row.ts';

const GET = `SELECT ${CHARGE_COLUMNS} FROM charges c WHERE c.lane = $1 AND c.payment_id = $2`;

/** The charge as last committed; undefined where nothing is known of the payment. */
export async function getCharge(db: Queryable, key: ChargeKey): Promise<ChargeRecord | undefined> {
  const [row] = await db.query<ChargeRow>(GET, [key.lane, key.paymentId]);
  return row && chargeFrom(key, row);
}
