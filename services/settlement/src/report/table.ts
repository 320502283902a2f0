import { type Content, html, type Markup } from './html.ts';

/** A column of a table. */
export interface Column {
  title: string;
  /** Aligned to the right, in digits of one width. */
  isNumber?: boolean;
}

/** A table whose head is repeated on each page. */
export function tableOf(columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  const kind = (index: number) => (columns[index]?.isNumber ? 'number' : '');
  return html`<table><thead><tr>${columns.map(
    ({ title }, index) => html`<th class="${kind(index)}">${title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, index) => html`<td class="${kind(index)}">${cell}</td>`)}</tr>
`,
  )}</tbody></table>`;
}

/** Names and what they stand for; what is empty is left out. */
export function listOf(entries: readonly (readonly [name: string, value: Content])[]): Markup {
  const told = entries.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl>${told.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
