import type { Entry, Movement } from './statement.ts';

/** What a bank may do wrong with a movement. */
export const MISDEEDS = ['missing', 'amount', 'duplicate', 'late', 'currency'] as const;
export type Misdeed = (typeof MISDEEDS)[number];

const DAY_MS = 86_400_000;

/**
 * What the bank books for movements: each once, exactly and on its day, but for the first ones, to
 * which the misdeeds befall in their order. So a list of misdeeds does the same to the same
 * movements in every statement that is made of them.
 */
export function bookedBy(
  currencyCode: string,
  movements: readonly Movement[],
  misdeeds: readonly Misdeed[] = [],
): Entry[] {
  return movements.flatMap((movement, index) =>
    befallen(entryOf(currencyCode, movement, index), misdeeds[index]),
  );
}

function entryOf(currencyCode: string, movement: Movement, index: number): Entry {
  const { reference: endToEndId, signedMinor, valueDate, text } = movement;
  const entryReference = `B${valueDate.replaceAll('-', '')}${String(index + 1).padStart(6, '0')}`;
  return { entryReference, endToEndId, signedMinor, currencyCode, valueDate, text };
}

function befallen(entry: Entry, misdeed: Misdeed | undefined): Entry[] {
  switch (misdeed) {
    case undefined:
      return [entry];
    case 'missing':
      return [];
    case 'amount':
      return [
        {
          ...entry,
          signedMinor: entry.signedMinor > 1n ? entry.signedMinor - 1n : entry.signedMinor + 1n,
        },
      ];
    case 'duplicate':
      return [entry, { ...entry, entryReference: `${entry.entryReference}D` }];
    case 'late':
      return [{ ...entry, valueDate: dayAfter(entry.valueDate) }];
    case 'currency':
      return [{ ...entry, currencyCode: entry.currencyCode === 'USD' ? 'HKD' : 'USD' }];
  }
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}
