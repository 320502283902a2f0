import { type History, type HistoryOptions, live } from './history.ts';

/** A history with all that it can do without taken out of it. */
export interface Shrunk {
  history: History;
  without: ReadonlySet<string>;
  /** How many payments, deeds of their people, and faults are left. */
  left: { payments: number; deeds: number; faults: number };
  /** How many histories were tried. */
  tries: number;
}

const MAX_TRIES = 600;

/**
 * The shortest history found that still breaks the same rule: payments are taken out, then what people
 * do besides paying, then faults, each for as long as the rule is still broken without them. Since
 * every decision is drawn by its name, what is left goes on as it did.
 */
export async function shrink(options: HistoryOptions, rule: string): Promise<Shrunk> {
  let without: ReadonlySet<string> = new Set(options.without);
  let tries = 0;
  const breaks = async (tried: ReadonlySet<string>) => {
    tries += 1;
    const { violations, parts } = await live({ ...options, without: tried, isTold: false });
    return violations.some((violation) => violation.rule === rule) ? parts : undefined;
  };
  let parts = await breaks(without);
  if (parts === undefined) throw new Error(`the history does not break the rule “${rule}”`);
  for (const kind of ['payments', 'faults', 'deeds', 'faults'] as const) {
    for (let size = Math.ceil(parts[kind].length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < parts[kind].length && tries < MAX_TRIES; ) {
        const less: Set<string> = new Set([...without, ...parts[kind].slice(at, at + size)]);
        const smaller = await breaks(less);
        if (smaller === undefined) {
          at += size;
          continue;
        }
        without = less;
        parts = smaller;
      }
    }
  }
  const history = await live({ ...options, without, isTold: true });
  const { payments, deeds, faults } = history.parts;
  const left = { payments: payments.length, deeds: deeds.length, faults: faults.length };
  return { history, without, left, tries };
}
