import { createHmac } from 'node:crypto';

/** What trips are counted by. */
export type CellKind = 'line' | 'hour' | 'stop' | 'transfer';

/** What was counted of one group on one day of one line. */
export interface CountedCell {
  day: string;
  kind: CellKind;
  /** The hour, the stop, or the line that somebody came from; none for the line itself. */
  keys: string[];
  /** How many different people. */
  people: number;
  /** How many trips, of each person no more than a few. */
  trips: number;
}

/** What of a group is told. */
export interface ToldCell {
  kind: CellKind;
  keys: string[];
  count: number;
}

/** The smallest group of people that is told of, and the step of every count. */
export const GROUP_SIZE = 10;

/**
 * What may be told of a day, a pure function of what was counted and a secret. A group of fewer people is left
 * out. Every other count goes to a multiple of the group's size, up or down by a rule that the
 * secret and the group decide: whoever adds trips of their own until the count moves does not learn
 * whether somebody else was there.
 *
 * @param place names the line, so that equal groups of two lines are rounded differently
 */
export function tellable(
  secret: string,
  place: string,
  counted: readonly CountedCell[],
): ToldCell[] {
  return counted.flatMap(({ day, kind, keys, people, trips }) => {
    if (people < GROUP_SIZE) return [];
    const offset = offsetOf(secret, [place, day, kind, ...keys]);
    const count = Math.floor((trips + offset) / GROUP_SIZE) * GROUP_SIZE;
    return count === 0 ? [] : [{ kind, keys, count }];
  });
}

/** 0 to one less than the group's size, always the same for one group. */
function offsetOf(secret: string, named: readonly string[]): number {
  const digest = createHmac('sha256', secret).update(JSON.stringify(named)).digest();
  return digest.readUInt32BE(0) % GROUP_SIZE;
}
