/** Text that is HTML already; made by `html` alone. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: everything but markup is escaped. */
export type Content = string | number | bigint | Markup | readonly Markup[] | undefined;

/** Puts values into a template. Whatever is no markup is text, and can only ever be read as such. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + written(values[index])).join(''));
}

function written(value: Content): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(String(value));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Characters that show nothing, or turn the direction of what follows, have no place in a report.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escaped(text: string): string {
  return text.replace(INVISIBLE, ' ').replace(/[&<>"']/g, (found) => ESCAPES[found] ?? '');
}
