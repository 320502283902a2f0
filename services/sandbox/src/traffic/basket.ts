import type { Money } from '@causeway/money';
import { type Chance, wholeBetween } from '../chance.ts';
import { ACQUIRERS } from '../world/acquirers.ts';

const BASKETS = new Map(ACQUIRERS.map(({ currencyCode, basket }) => [currencyCode, basket]));

/** A realistic amount. Small ones are more frequent: the lower of two draws is taken. */
export function basketIn(currencyCode: string, chance: Chance): Money {
  const basket = BASKETS.get(currencyCode);
  if (basket === undefined) throw new RangeError(`no prices known in ${currencyCode}`);
  const draw = () => wholeBetween(chance, basket.low, basket.high);
  const steps = Math.min(draw(), draw());
  return { currencyCode, amountMinor: BigInt(steps) * basket.stepMinor };
}
