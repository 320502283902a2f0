import { formatMajor, formatMoney } from '@causeway/money';
import { html, type Markup } from './html.ts';
import type { HourVolume } from './store.ts';

// Charts are drawn in whole units, computed from minor units without leaving integers.
const WIDTH = 720n;
const LEFT = 8n;
const UP = 92n;
const DOWN = 36n;
const TOP = 20n;
const SLOT = 29n;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** One currency's day, hour by hour: what was captured above the line, what was refunded below it. */
export function hourChart(currencyCode: string, volumes: readonly HourVolume[]): Markup {
  const most = largest(
    volumes.flatMap(({ capturedMinor, refundedMinor }) => [capturedMinor, refundedMinor]),
  );
  const byHour = new Map(volumes.map((volume) => [volume.hour, volume]));
  const line = TOP + UP;
  const peak = `${formatMoney({ currencyCode, amountMinor: most })}`;
  return html`<svg viewBox="0 0 ${WIDTH} ${line + DOWN + 18n}" role="img" aria-label="Volume by hour in ${currencyCode}">
<line class="grid" x1="${LEFT}" y1="${TOP}" x2="${WIDTH - LEFT}" y2="${TOP}"/>
<text class="axis" x="${LEFT}" y="${TOP - 6n}">${peak}</text>
${HOURS.map((hour) => hourBars(currencyCode, hour, byHour.get(hour), most, line))}
<line class="base" x1="${LEFT}" y1="${line}" x2="${WIDTH - LEFT}" y2="${line}"/></svg>`;
}

function hourBars(
  currencyCode: string,
  hour: number,
  volume: HourVolume | undefined,
  most: bigint,
  line: bigint,
): Markup {
  const x = LEFT + 4n + BigInt(hour) * SLOT;
  const label = html`<text class="axis mid" x="${x + 10n}" y="${line + DOWN + 13n}">${String(hour).padStart(2, '0')}</text>`;
  if (!volume) return label;
  const { captureCount, capturedMinor, refundCount, refundedMinor } = volume;
  const up = scaled(capturedMinor, most, UP);
  const down = scaled(refundedMinor, most, DOWN);
  const told = `${captureCount} captured, ${formatMajor(capturedMinor, currencyCode)}; ${refundCount} refunded, ${formatMajor(refundedMinor, currencyCode)}`;
  return html`<g><title>${told}</title>
<rect class="captured" x="${x}" y="${line - up}" width="20" height="${up}" rx="1"/>
<rect class="refunded" x="${x}" y="${line}" width="20" height="${down}" rx="1"/></g>${label}`;
}

/** One line of a chart of bars. */
export interface Bar {
  label: string;
  /** In minor units; below zero it is drawn as taken away. */
  minor: bigint;
  isTotal?: boolean;
}

const BAR_LEFT = 150n;
const BAR_WIDTH = 400n;
const ROW = 24n;

/** How a sum comes about: each part begins where the one before ended. */
export function waterfall(currencyCode: string, bars: readonly Bar[]): Markup {
  let at = 0n;
  const spans = bars.map(({ label, minor, isTotal }) => {
    const from = isTotal ? 0n : at;
    at = from + minor;
    return { label, minor, isTotal: isTotal === true, low: min(from, at), high: max(from, at) };
  });
  const low = min(0n, ...spans.map((span) => span.low));
  const range = max(1n, max(0n, ...spans.map((span) => span.high)) - low);
  const place = (minor: bigint) => BAR_LEFT + scaled(minor - low, range, BAR_WIDTH);
  const rows = spans.map((span, index) => {
    const y = BigInt(index) * ROW;
    const x = place(span.low);
    const width = max(1n, place(span.high) - x);
    const kind = span.isTotal ? 'total' : span.minor < 0n ? 'refunded' : 'captured';
    return html`<text class="label" x="0" y="${y + 16n}">${span.label}</text>
<rect class="${kind}" x="${x}" y="${y + 4n}" width="${width}" height="16" rx="1"/>
<text class="value" x="${WIDTH - LEFT}" y="${y + 16n}">${formatMoney({ currencyCode, amountMinor: span.minor })}</text>`;
  });
  const height = BigInt(bars.length) * ROW + 4n;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="What the net in ${currencyCode} is made of">${rows}
<line class="base" x1="${place(0n)}" y1="0" x2="${place(0n)}" y2="${height}"/></svg>`;
}

/** A share of something, drawn as a bar. */
export interface Share {
  label: string;
  hundredths: bigint;
  /** As it is written behind the bar. */
  value: string;
}

/** Shares beside each other; one below zero has no bar. */
export function barsOfShares(shares: readonly Share[]): Markup {
  const most = largest(shares.map(({ hundredths }) => hundredths));
  const rows = shares.map(({ label, hundredths, value }, index) => {
    const y = BigInt(index) * ROW;
    return html`<text class="label" x="0" y="${y + 16n}">${label}</text>
<rect class="captured" x="${BAR_LEFT}" y="${y + 4n}" width="${scaled(hundredths, most, BAR_WIDTH)}" height="16" rx="1"/>
<text class="value" x="${WIDTH - LEFT}" y="${y + 16n}">${value}</text>`;
  });
  const height = BigInt(shares.length) * ROW + 4n;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Paid over the middle rate">${rows}</svg>`;
}

function scaled(minor: bigint, most: bigint, size: bigint): bigint {
  if (minor <= 0n || most <= 0n) return 0n;
  return max(1n, (minor * size) / most);
}

function largest(minors: readonly bigint[]): bigint {
  return max(0n, ...minors);
}

function max(first: bigint, ...others: bigint[]): bigint {
  return others.reduce((most, one) => (one > most ? one : most), first);
}

function min(first: bigint, ...others: bigint[]): bigint {
  return others.reduce((least, one) => (one < least ? one : least), first);
}
