import { MoneyError, parseRate, type Rate } from '@causeway/money';

/** Reads a rate that came from outside; undefined where it is malformed, too long or not above 0. */
export function readRate(text: string): Rate | undefined {
  try {
    return parseRate(text);
  } catch (error) {
    if (error instanceof MoneyError) return undefined;
    throw error;
  }
}
