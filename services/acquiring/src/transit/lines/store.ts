import type { Queryable, Tx } from '@causeway/db';
import { TransitLine } from '@causeway/proto/acquiring';

const GET = 'SELECT line FROM transit_lines WHERE partner_id = $1 AND line_id = $2';

/** A line of an operator; undefined where it has none of that id. */
export async function selectLine(
  db: Queryable,
  partnerId: string,
  lineId: string,
): Promise<TransitLine | undefined> {
  const [row] = await db.query<{ line: Buffer }>(GET, [partnerId, lineId]);
  return row && TransitLine.decode(row.line);
}

const LIST = 'SELECT line FROM transit_lines WHERE partner_id = $1 ORDER BY line_id';

/** The lines of an operator, by their ids. */
export async function selectLines(db: Queryable, partnerId: string): Promise<TransitLine[]> {
  const rows = await db.query<{ line: Buffer }>(LIST, [partnerId]);
  return rows.map(({ line }) => TransitLine.decode(line));
}

const UPSERT = `
  INSERT INTO transit_lines (partner_id, line_id, time_zone, line) VALUES ($1, $2, $3, $4)
  ON CONFLICT (partner_id, line_id) DO UPDATE SET line = excluded.line
  RETURNING time_zone AS "timeZone"`;

/** Adds or changes a line; answers the time zone that it had from the beginning. */
export async function upsertLine(tx: Tx, partnerId: string, line: TransitLine): Promise<string> {
  const encoded = Buffer.from(TransitLine.encode(line).finish());
  const values = [partnerId, line.lineId, line.timeZone, encoded];
  const [row] = await tx.query<{ timeZone: string }>(UPSERT, values);
  return row?.timeZone ?? '';
}

const COUNT = 'SELECT count(*)::integer AS count FROM transit_lines WHERE partner_id = $1';

/** How many lines an operator has. */
export async function countLines(db: Queryable, partnerId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(COUNT, [partnerId]);
  return row?.count ?? 0;
}
