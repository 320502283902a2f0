import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type { Check } from './checks.ts';

/** Who does something, for the column of actors. */
export type Actor = 'payer' | 'wallet' | 'acquirer' | 'switch' | 'books' | 'operator' | 'gate';

/** Where the tour is shown. */
export interface Screen {
  title(text: string, aside: string): void;
  scenario(number: number, title: string): void;
  /** One step of the timeline, with what it is about on the right. */
  step(actor: Actor, text: string, right?: string): void;
  /** Lines that belong to the last step. */
  detail(lines: readonly string[]): void;
  checks(checks: readonly Check[]): void;
  /** Lines of their own, at the end. */
  plain(lines: readonly string[]): void;
}

const WIDTH = 96;
const ACTOR_WIDTH = 9;
const INDENT = '   ';

const COLOURS = {
  payer: pc.cyan,
  wallet: pc.blue,
  acquirer: pc.magenta,
  switch: pc.yellow,
  books: pc.green,
  operator: pc.gray,
  gate: pc.red,
} satisfies Record<Actor, (text: string) => string>;

/** Shows the tour as text; `write` gets whole lines. Colours appear where stdout is a terminal. */
export function textScreen(write: (line: string) => void, elapsedMs: () => number): Screen {
  const clock = () => pc.dim(`${(elapsedMs() / 1_000).toFixed(2).padStart(6)} s`);
  return {
    title(text, aside) {
      write('');
      write(` ${apart(pc.bold(text), pc.dim(aside), WIDTH - 1)}`);
    },
    scenario(number, title) {
      const head = ` ${String(number).padStart(2)}  ${title} `;
      write('');
      write(pc.bold(head) + pc.dim('─'.repeat(WIDTH - head.length)));
    },
    step(actor, text, right = '') {
      const who = COLOURS[actor](actor.padEnd(ACTOR_WIDTH));
      write(`${INDENT}${apart(`${clock()}  ${who}${text}`, right, WIDTH - INDENT.length)}`);
    },
    detail(lines) {
      const margin = ' '.repeat(INDENT.length + 10 + ACTOR_WIDTH);
      for (const line of lines) write(margin + line);
    },
    checks(checks) {
      for (const check of checks) for (const line of checkLines(check)) write(INDENT + line);
    },
    plain(lines) {
      for (const line of lines) write(line);
    },
  };
}

/** Two texts at the two ends of a line, at least two blanks apart. */
function apart(left: string, right: string, width: number): string {
  if (right === '') return left;
  const used = seen(left) + seen(right);
  return `${left}${' '.repeat(Math.max(2, width - used))}${right}`;
}

function checkLines({ what, ok, expected, found }: Check): string[] {
  if (ok) return [`${pc.green('✓')} ${pc.dim(what)}`];
  const why = [
    ...(expected === '' ? [] : [`    expected ${expected}`]),
    ...(found === '' ? [] : [`    found    ${found}`]),
  ];
  return [pc.red(pc.bold(`✗ ${what}`)), ...why.map((line) => pc.red(line))];
}

/** Rows in columns, aligned by what is seen; the columns named in `right` end flush. */
export function columns(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...rows.map((row) => seen(row[at] ?? ''))),
  );
  return rows.map((row) =>
    widths
      .map((width, at) => {
        const cell = row[at] ?? '';
        const space = ' '.repeat(width - seen(cell));
        return right.includes(at) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A line of titles for `columns`. */
export function heads(...titles: string[]): string[] {
  return titles.map((title) => pc.dim(title));
}

function seen(text: string): number {
  return stripVTControlCharacters(text).length;
}
