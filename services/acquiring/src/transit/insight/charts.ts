import { escaped } from './escape.ts';

const WIDTH = 760;
const ROW = 26;
const LABEL = 250;
const HOURS = 24;
const HEIGHT = 150;
const BOTTOM = 18;

/** Bars from left to right, one under the other. */
export function barChart(bars: readonly { label: string; count: bigint }[]): string {
  const most = mostOf(bars.map(({ count }) => count));
  const room = WIDTH - LABEL - 70;
  const rows = bars.map(({ label, count }, index) => {
    const y = index * ROW;
    const length = lengthOf(count, most, room);
    return `<text x="${LABEL - 8}" y="${y + 17}" class="value">${escaped(label)}</text>
<rect x="${LABEL}" y="${y + 5}" width="${length}" height="16" rx="2" class="captured"/>
<text x="${LABEL + length + 6}" y="${y + 17}">${count}</text>`;
  });
  const height = bars.length * ROW + 4;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${height}" role="img">${rows.join('\n')}</svg></figure>`;
}

/** One bar for each hour of a day; an hour that is not told stays empty. */
export function hourChart(byHour: ReadonlyMap<number, bigint>): string {
  const most = mostOf([...byHour.values()]);
  const step = WIDTH / HOURS;
  const room = HEIGHT - BOTTOM - 16;
  const bars = Array.from({ length: HOURS }, (_, hour) => {
    const x = hour * step;
    const count = byHour.get(hour) ?? 0n;
    const height = lengthOf(count, most, room);
    const axis = `<text x="${x + step / 2}" y="${HEIGHT - 4}" class="axis mid">${String(hour).padStart(2, '0')}</text>`;
    if (count === 0n) return axis;
    const top = HEIGHT - BOTTOM - height;
    const peak = count === most ? 'refunded' : 'captured';
    return `${axis}<rect x="${x + 3}" y="${top}" width="${step - 6}" height="${height}" rx="2" class="${peak}"/>
<text x="${x + step / 2}" y="${top - 4}" class="mid">${count}</text>`;
  });
  const base = `<line x1="0" x2="${WIDTH}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}" class="base"/>`;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${base}${bars.join('\n')}</svg></figure>`;
}

function mostOf(counts: readonly bigint[]): bigint {
  return counts.reduce((most, count) => (count > most ? count : most), 1n);
}

function lengthOf(count: bigint, most: bigint, room: number): number {
  return Number((count * BigInt(Math.floor(room))) / most);
}
