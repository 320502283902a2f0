import type { Money } from '@causeway/money';
import { type Chance, wholeBetween } from '../chance.ts';

/** What people spend in a currency: from `low` to `high` steps of `stepMinor`. */
interface Basket {
  stepMinor: bigint;
  low: number;
  high: number;
}

/** From a snack to a present, in amounts that shops of the currency really ask for. */
const BASKETS: Readonly<Record<string, Basket>> = {
  CNY: { stepMinor: 50n, low: 12, high: 600 },
  HKD: { stepMinor: 10n, low: 80, high: 4_000 },
  JPY: { stepMinor: 10n, low: 15, high: 800 },
  KRW: { stepMinor: 100n, low: 15, high: 700 },
  MOP: { stepMinor: 50n, low: 16, high: 700 },
  MYR: { stepMinor: 10n, low: 40, high: 2_000 },
  PHP: { stepMinor: 100n, low: 60, high: 3_000 },
  SGD: { stepMinor: 10n, low: 20, high: 800 },
  THB: { stepMinor: 100n, low: 35, high: 1_600 },
};

/** A realistic amount. Small ones are more frequent: the lower of two draws is taken. */
export function basketIn(currencyCode: string, chance: Chance): Money {
  const basket = BASKETS[currencyCode];
  if (basket === undefined) throw new RangeError(`no prices known in ${currencyCode}`);
  const draw = () => wholeBetween(chance, basket.low, basket.high);
  const steps = Math.min(draw(), draw());
  return { currencyCode, amountMinor: BigInt(steps) * basket.stepMinor };
}
