import { currencies, isCurrency, type Money, MoneyError, parseMajor } from '@causeway/money';
import { UsageError } from './usage.ts';

const GROUPED = /^\d{1,3}(,\d{3})+(\.\d+)?$/;

/**
 * Reads an amount as people write it, major units and a currency in either order: `1280 JPY`,
 * `JPY 1,280`, `64.21 hkd`. Nothing is rounded. Throws a UsageError that says what is wrong.
 */
export function parseAmount(words: readonly string[]): Money {
  const typed = words.join(' ').trim();
  const parts = typed.split(/\s+/);
  const [first = '', second = ''] = parts;
  if (parts.length !== 2) throw new UsageError(`${quoted(typed)} is not an amount: ${EXAMPLE}`);
  const [figure, code] = /^[a-z]{3}$/i.test(first) ? [second, first] : [first, second];
  return { currencyCode: parseCurrency(code), amountMinor: figureIn(figure, parseCurrency(code)) };
}

/** Reads a currency code in any case. Throws a UsageError that lists the known ones. */
export function parseCurrency(code: string): string {
  const upper = code.toUpperCase();
  if (isCurrency(upper)) return upper;
  const known = currencies()
    .map((currency) => currency.code)
    .join(' ');
  throw new UsageError(`${quoted(code)} is not a currency that is known here: ${known}`);
}

const EXAMPLE = 'write figures and a currency, such as "1280 JPY" or "64.21 HKD"';

function figureIn(figure: string, code: string): bigint {
  const plain = GROUPED.test(figure) ? figure.replaceAll(',', '') : figure;
  try {
    return parseMajor(plain, code);
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    throw new UsageError(`${quoted(figure)} cannot be ${code}: ${error.message}; ${EXAMPLE}`);
  }
}

function quoted(typed: string): string {
  return JSON.stringify(typed);
}
