import type { Queryable } from '@causeway/db';
import { type CurrencyCode, formatRate, parseRate, type Rate } from '@causeway/money';
import type { ReferenceDay } from '../sources/ecb-file.ts';

/** Records a day of reference rates. A day that is there already stays as it was recorded first. */
export async function recordDay(
  db: Queryable,
  sourceId: string,
  { day, perEuro }: ReferenceDay,
): Promise<void> {
  const texts = Object.fromEntries([...perEuro].map(([code, rate]) => [code, formatRate(rate)]));
  await db.query(
    `INSERT INTO reference_days (source_id, day, per_euro) VALUES ($1, $2, $3::jsonb)
     ON CONFLICT (source_id, day) DO NOTHING`,
    [sourceId, day, JSON.stringify(texts)],
  );
}

/** The newest recorded day of a source: what is in force until its file can be read again. */
export async function lastDay(db: Queryable, sourceId: string): Promise<ReferenceDay | undefined> {
  const [row] = await db.query<{ day: string; per_euro: Record<CurrencyCode, string> }>(
    `SELECT day, per_euro FROM reference_days WHERE source_id = $1 ORDER BY day DESC LIMIT 1`,
    [sourceId],
  );
  if (row === undefined) return undefined;
  const perEuro = Object.entries(row.per_euro).map(([code, text]): [CurrencyCode, Rate] => [
    code,
    parseRate(text),
  ]);
  return { day: row.day, perEuro: new Map(perEuro) };
}
