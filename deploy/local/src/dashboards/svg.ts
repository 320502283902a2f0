/** The look of Grafana's dark theme, so that a picture and the real thing are known as one. */
export const COLORS = {
  page: '#111217',
  panel: '#181b1f',
  border: '#2a2d33',
  grid: '#2c3036',
  text: '#d8d9da',
  faint: '#8e9197',
  green: '#3d9b5d',
} as const;

/** What lines are told apart by, in the order in which they come. */
export const PALETTE = [
  '#73bf69',
  '#5794f2',
  '#f2cc0c',
  '#ff780a',
  '#b877d9',
  '#f2495c',
  '#37c2c2',
  '#ffa6b0',
  '#8ab8ff',
  '#c8f2c2',
] as const;

/** The color of the line at a place in the order. */
export function colorAt(at: number): string {
  return PALETTE[at % PALETTE.length] ?? PALETTE[0];
}

/** Text as XML has it. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** Text at a place. */
export function label(
  x: number,
  y: number,
  text: string,
  how: { size?: number; fill?: string; anchor?: 'start' | 'middle' | 'end'; weight?: number } = {},
): string {
  const { size = 12, fill = COLORS.text, anchor = 'start', weight = 400 } = how;
  const place = `x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"`;
  return `<text ${place} font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(text)}</text>`;
}

/** About how wide a text is, in pixels: enough to see whether it fits. */
export function widthOf(text: string, size: number): number {
  const capitals = text.replaceAll(/[^A-Z_]/g, '').length;
  return (text.length * 0.56 + capitals * 0.14) * size;
}

/** The beginning of a text that fits, with dots where something is missing. */
export function fitting(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  const most = Math.max(1, Math.floor(width / (size * 0.56)) - 1);
  return `${text.slice(0, most)}…`;
}

/** A tenth of a pixel is more than anybody sees. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
