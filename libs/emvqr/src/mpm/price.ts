import {
  type Currency,
  currencyByNumeric,
  type Money,
  MoneyError,
  parseMajor,
} from '@causeway/money';
import type { Problem } from '../problem.ts';
import { type MpmFields, tagOf } from './fields.ts';

/** What a merchant's code asks the payer to add. */
export type Tip =
  | { kind: 'none' }
  /** The payer is asked for one. */
  | { kind: 'prompt' }
  | { kind: 'fixed'; amount: Money }
  /** Of the amount, in hundredths of a percent. */
  | { kind: 'percent'; bps: number };

/** What a merchant's code asks for. */
export interface Price {
  currency: Currency;
  /** Undefined where the payer enters it: no amount in the code, or zero. */
  amount: Money | undefined;
  tip: Tip;
}

const MAX_BPS = 9999;

/**
 * Reads the price of a code, exactly. Answers a problem where the currency is missing or not known
 * to `@causeway/money`, or an amount is not one of that currency; a code that says '1280.00' JPY
 * is read, one that says '12.5' JPY is not.
 */
export function priceOf(fields: MpmFields): Price | Problem {
  const { currencyNumeric = '' } = fields;
  try {
    const currency = currencyByNumeric(currencyNumeric);
    const amount = moneyIn('amount', fields.amount, currency);
    if (amount !== undefined && 'message' in amount) return amount;
    const tip = tipOf(fields, currency);
    return 'message' in tip ? tip : { currency, amount, tip };
  } catch (error) {
    if (error instanceof MoneyError) return malformed('currencyNumeric', error.message);
    throw error;
  }
}

function tipOf(fields: MpmFields, currency: Currency): Tip | Problem {
  if (fields.tipIndicator === '01') return { kind: 'prompt' };
  if (fields.tipIndicator === '02') {
    const amount = moneyIn('convenienceFeeFixed', fields.convenienceFeeFixed, currency);
    if (amount === undefined) return { kind: 'none' };
    return 'message' in amount ? amount : { kind: 'fixed', amount };
  }
  if (fields.tipIndicator !== '03') return { kind: 'none' };
  return percentage(fields.convenienceFeePercent ?? '');
}

function percentage(text: string): Tip | Problem {
  const [, whole = '', fraction = ''] = /^([0-9]{1,2})\.?([0-9]{0,2})$/.exec(text) ?? [];
  const bps = Number(`${whole}${fraction.padEnd(2, '0')}`);
  if (whole !== '' && bps > 0 && bps <= MAX_BPS) return { kind: 'percent', bps };
  return malformed('convenienceFeePercent', 'not a percentage from 0.01 to 99.99');
}

/** An amount of major units; undefined for none and for zero. */
function moneyIn(
  name: 'amount' | 'convenienceFeeFixed',
  text: string | undefined,
  { code }: Currency,
): Money | Problem | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith('-')) return malformed(name, 'negative');
  try {
    // The standard allows a mark with nothing behind it.
    const amountMinor = parseMajor(text.replace(/\.$/, ''), code);
    return amountMinor === 0n ? undefined : { currencyCode: code, amountMinor };
  } catch (error) {
    if (error instanceof MoneyError) return malformed(name, error.message);
    throw error;
  }
}

function malformed(name: string, why: string): Problem {
  const tag = tagOf(name) ?? '';
  return { code: 'MALFORMED_VALUE', tag, message: `malformed ${name} ${tag}: ${why}` };
}
