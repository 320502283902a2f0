import type { Queryable } from '@causeway/db';
import { type CountedCell, GROUP_SIZE, type ToldCell } from './publish.ts';

/** Of one person no more trips count in one group: nobody makes a group by themselves. */
const MOST_TRIPS_OF_ONE = 4;

/** How long after its end a day is told: gates take their time to upload. */
const DELAY_HOURS = 6;

const MISSING = `
  SELECT d.day::date AS day
    FROM generate_series($3::date, $4::date, interval '1 day') AS d (day)
   WHERE (d.day + interval '1 day' + make_interval(hours => ${DELAY_HOURS}))
           AT TIME ZONE $5 <= clock_timestamp()
     AND NOT EXISTS (
       SELECT 1 FROM transit_insight_days i
        WHERE i.partner_id = $1 AND i.line_id = $2 AND i.day = d.day::date
     )`;

/** Days of a line that are over and have not been told. */
export async function missingDays(
  db: Queryable,
  line: { partnerId: string; lineId: string; timeZone: string },
  { fromDate, toDate }: { fromDate: string; toDate: string },
): Promise<string[]> {
  const values = [line.partnerId, line.lineId, fromDate, toDate, line.timeZone];
  const rows = await db.query<{ day: string }>(MISSING, values);
  return rows.map(({ day }) => day);
}

/** Trips that nobody pays by rule are no trips of the operator's customers. */
const COUNT = `
  WITH trips AS (
    SELECT r.subject, r.start_time, r.from_stop_id,
           (r.start_time AT TIME ZONE $3)::date AS day,
           to_char(r.start_time AT TIME ZONE $3, 'HH24') AS hour,
           before.line_id AS came_from
      FROM transit_rides r
      LEFT JOIN LATERAL (
        SELECT b.line_id FROM transit_rides b
         WHERE b.partner_id = r.partner_id AND b.subject = r.subject
           AND b.start_time < r.start_time AND b.line_id <> r.line_id
           AND coalesce(b.end_time, b.start_time) > r.start_time - interval '1 hour'
         ORDER BY b.start_time DESC LIMIT 1
      ) AS before ON true
     WHERE r.partner_id = $1 AND r.line_id = $2 AND r.state <> 'waived'
       AND r.start_time >= ($4::date[])[1]::timestamp AT TIME ZONE $3
       AND (r.start_time AT TIME ZONE $3)::date = ANY ($4::date[])
  ), grouped AS (
    SELECT day, 'line' AS kind, ARRAY[]::text[] AS keys, subject, count(*) AS trips
      FROM trips GROUP BY day, subject
    UNION ALL
    SELECT day, 'hour', ARRAY[hour], subject, count(*) FROM trips GROUP BY day, hour, subject
    UNION ALL
    SELECT day, 'stop', ARRAY[from_stop_id], subject, count(*)
      FROM trips WHERE from_stop_id <> '' GROUP BY day, from_stop_id, subject
    UNION ALL
    SELECT day, 'transfer', ARRAY[came_from], subject, count(*)
      FROM trips WHERE came_from IS NOT NULL GROUP BY day, came_from, subject
  )
  SELECT day, kind, keys, count(*)::integer AS people,
         sum(least(trips, ${MOST_TRIPS_OF_ONE}))::integer AS trips
    FROM grouped GROUP BY day, kind, keys
  HAVING count(*) >= ${GROUP_SIZE}
   ORDER BY day, kind, keys`;

/** What the trips of a line's days come to, groups of too few people left out. */
export function countTrips(
  db: Queryable,
  line: { partnerId: string; lineId: string; timeZone: string },
  days: readonly string[],
): Promise<CountedCell[]> {
  const values = [line.partnerId, line.lineId, line.timeZone, [...days].sort()];
  return db.query<CountedCell>(COUNT, values);
}

/** The secret that decides how counts are rounded. */
export async function insightSecret(db: Queryable): Promise<string> {
  const [row] = await db.query<{ secret: string }>('SELECT secret FROM transit_insight_key', []);
  if (row === undefined) throw new Error('insight has no secret');
  return row.secret;
}

const KEEP = `
  INSERT INTO transit_insight_days (partner_id, line_id, day, cells) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/** Keeps what is told of a day; what was told before stays. */
export async function keepDay(
  db: Queryable,
  { partnerId, lineId }: { partnerId: string; lineId: string },
  day: string,
  cells: readonly ToldCell[],
): Promise<void> {
  await db.query(KEEP, [partnerId, lineId, day, JSON.stringify(cells)]);
}

const TOLD = `
  SELECT line_id AS "lineId", day, cells FROM transit_insight_days
   WHERE partner_id = $1 AND day BETWEEN $2 AND $3 ORDER BY line_id, day`;

/** A day of a line as it is told. */
export interface ToldDay {
  lineId: string;
  day: string;
  cells: ToldCell[];
}

/** What was told of an operator's days. */
export function toldDays(
  db: Queryable,
  partnerId: string,
  { fromDate, toDate }: { fromDate: string; toDate: string },
): Promise<ToldDay[]> {
  return db.query<ToldDay>(TOLD, [partnerId, fromDate, toDate]);
}
