const SHORT = ['', ' K', ' M', ' G', ' T'];
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A value in words of its unit, as Grafana's units are named; exact enough for the eye. */
export function inUnit(value: number, unit: string, decimals?: number): string {
  if (!Number.isFinite(value)) return '–';
  switch (unit) {
    case 's':
      return seconds(value, decimals);
    case 'percentunit':
      return `${rounded(value * 100, decimals)} %`;
    case 'percent':
      return `${rounded(value, decimals)} %`;
    case 'd':
      return `${rounded(value, decimals)} d`;
    case 'bytes':
      return scaled(value, 1_024, BYTES, ' ', decimals);
    default:
      return scaled(value, 1_000, SHORT, '', decimals);
  }
}

function seconds(value: number, decimals: number | undefined): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${rounded(value * 1e6, decimals)} µs`;
  if (size < 1) return `${rounded(value * 1e3, decimals)} ms`;
  if (size < 120) return `${rounded(value, decimals)} s`;
  if (size < 7_200) return `${rounded(value / 60, decimals)} min`;
  if (size < 172_800) return `${rounded(value / 3_600, decimals)} h`;
  return `${rounded(value / 86_400, decimals)} d`;
}

function scaled(
  value: number,
  step: number,
  words: readonly string[],
  space: string,
  decimals: number | undefined,
): string {
  let left = value;
  let at = 0;
  while (Math.abs(left) >= step && at < words.length - 1) {
    left /= step;
    at += 1;
  }
  return `${rounded(left, decimals)}${space}${words[at] ?? ''}`;
}

/** Three digits, unless told how many stand behind the point. */
function rounded(value: number, decimals: number | undefined): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
}

/** Round numbers of a unit, as `ticks`; bytes are round in powers of two. */
export function ticksIn(unit: string, min: number, max: number, count: number): number[] {
  if (unit !== 'bytes' || max <= 0) return ticks(min, max, count);
  const word = 1_024 ** Math.floor(Math.log2(max) / 10);
  return ticks(min / word, max / word, count).map((tick) => tick * word);
}

/** Round numbers from at or below `min` to at or above `max`, about `count` of them. */
function ticks(min: number, max: number, count: number): number[] {
  const raw = (max - min) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= raw) ?? raw;
  const first = Math.floor(min / step);
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}
