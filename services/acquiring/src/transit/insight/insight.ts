import type { Database } from '@causeway/db';
import type {
  GetTransitInsightRequest,
  GetTransitInsightResponse,
} from '@causeway/proto/acquiring';
import { Fields } from '../../fields.ts';
import { selectLines } from '../lines/store.ts';
import { addUp } from './add-up.ts';
import { insightPage } from './page.ts';
import { tellable } from './publish.ts';
import { countTrips, insightSecret, keepDay, missingDays, toldDays } from './store.ts';

const MAX_DAYS = 92;
const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Trips, transfers and peak load of an operator's lines. What is told of a day is decided when it is first
 * asked for, kept, and told the same way for ever, in sums of days and in nothing finer: questions
 * that overlap, or are asked again after a late upload, have no difference to look at. Throws
 * FIELD_INVALID.
 */
export async function transitInsight(
  { db }: { db: Database },
  partnerId: string,
  request: GetTransitInsightRequest,
): Promise<GetTransitInsightResponse> {
  checkDays(request);
  const lines = await selectLines(db, partnerId);
  const secret = await insightSecret(db);
  for (const { lineId, timeZone } of lines) {
    const line = { partnerId, lineId, timeZone };
    const days = await missingDays(db, line, request);
    if (days.length === 0) continue;
    const counted = await countTrips(db, line, days);
    for (const day of days) {
      const ofDay = counted.filter((cell) => cell.day === day);
      await keepDay(db, line, day, tellable(secret, `${partnerId}/${lineId}`, ofDay));
    }
  }
  const told = await toldDays(db, partnerId, request);
  const insight = addUp(told);
  const names = new Map(lines.map(({ lineId, displayName }) => [lineId, displayName]));
  const page = request.withPage
    ? Buffer.from(insightPage({ ...request, partnerId, insight, names }))
    : Buffer.alloc(0);
  return { ...insight, page };
}

function checkDays({ fromDate, toDate }: GetTransitInsightRequest): void {
  const fields = new Fields();
  const [from, to] = [timeOf(fromDate), timeOf(toDate)];
  if (from === undefined) fields.wrong('from_date', 'must be a day, YYYY-MM-DD');
  if (to === undefined) fields.wrong('to_date', 'must be a day, YYYY-MM-DD');
  if (from !== undefined && to !== undefined) {
    const days = (to - from) / DAY_MS + 1;
    if (days < 1 || days > MAX_DAYS) fields.wrong('to_date', `must end 1 to ${MAX_DAYS} days`);
  }
  fields.refuse();
}

function timeOf(date: string): number | undefined {
  const time = DATE.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
