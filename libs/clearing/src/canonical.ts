/** A document of ours: texts, lists and objects. Numbers are decimal strings, so none is rounded. */
export type Document = string | readonly Document[] | { readonly [key: string]: Document };

/**
 * The one text of a document: keys in the order of their code units, no white space, strings as
 * JSON.stringify writes them. That is RFC 8785 for documents without numbers.
 */
export function canonical(document: Document): string {
  if (typeof document === 'string') return JSON.stringify(document);
  if (isList(document)) return `[${document.map(canonical).join(',')}]`;
  const entries = Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`).join(',')}}`;
}

function isList(document: Document): document is readonly Document[] {
  return Array.isArray(document);
}
