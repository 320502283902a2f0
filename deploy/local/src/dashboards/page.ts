import type { Dashboard } from './model.ts';
import { COLORS, escaped } from './svg.ts';

const REFRESH_S = 10;

/** A page that shows one dashboard, leads to the others and draws itself anew every ten seconds. */
export function pageOf(
  shown: Dashboard,
  all: readonly Dashboard[],
  svg: string,
  minutes: number,
): string {
  const links = all.map(({ name, title }) => {
    const short = escaped(title.replace('Causeway / ', ''));
    const here = name === shown.name ? ' class="here"' : '';
    return `<a href="/${name}?minutes=${minutes}"${here}>${short}</a>`;
  });
  const ranges = [5, 15, 60, 360].map((one) => {
    const here = one === minutes ? ' class="here"' : '';
    return `<a href="/${shown.name}?minutes=${one}"${here}>${one < 60 ? `${one} min` : `${one / 60} h`}</a>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="${REFRESH_S}">
<title>${escaped(shown.title)}</title>
<style>
  body { margin: 0; background: ${COLORS.page}; font: 14px Inter, "Helvetica Neue", Arial, sans-serif; }
  nav { display: flex; gap: 4px; padding: 12px 16px 0; max-width: 1600px; margin: auto; }
  nav a { color: ${COLORS.faint}; text-decoration: none; padding: 6px 12px; border-radius: 4px; }
  nav a.here { color: ${COLORS.text}; background: ${COLORS.border}; }
  nav span { flex: 1; }
  svg { display: block; width: 100%; max-width: 1600px; height: auto; margin: auto; }
</style>
<nav>${links.join('')}<span></span>${ranges.join('')}</nav>
${svg}
</html>
`;
}
