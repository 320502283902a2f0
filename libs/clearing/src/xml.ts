const FORBIDDEN = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const MARKUP = /[&<>"]/g;
/** Most texts are of these characters only, and stay as they are. */
const HARMLESS = /^[A-Za-z0-9 .,:;/=_+()-]*$/;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** The line that every document begins with. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Text as XML may hold it, in an element or between double quotes; what it may not hold is U+FFFD. */
export function xmlText(text: string): string {
  if (HARMLESS.test(text)) return text;
  const allowed = text.replace(FORBIDDEN, '\ufffd');
  return allowed.replace(MARKUP, (character) => ENTITIES[character] ?? character);
}

/** An element with text in it. */
export function leaf(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}

/** An element with elements in it, in their order; what is undefined is left out. */
export function element(name: string, ...inner: readonly (string | undefined)[]): string {
  let content = '';
  for (const one of inner) if (one !== undefined) content += one;
  return `<${name}>${content}</${name}>`;
}
