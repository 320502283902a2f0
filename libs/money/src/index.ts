export { allocate } from './allocate.ts';
export {
  formatMajor,
  formatMoney,
  isPayable,
  MAX_AMOUNT_MINOR,
  type Money,
  parseMajor,
} from './amount.ts';
export {
  bpsOf,
  type FineBps,
  fineBps,
  formatBps,
  formatFraction,
  fractionOf,
  parseBps,
  partInBps,
  spreadInBps,
} from './basis-points.ts';
export { type PayerSplit, payeeAmountFor, payerAmountFor, splitPayer } from './convert.ts';
export {
  type Currency,
  type CurrencyCode,
  currencies,
  currency,
  currencyByNumeric,
  isCurrency,
} from './currency.ts';
export type { Rounding } from './division.ts';
export { MoneyError, type MoneyErrorCode } from './errors.ts';
export { applyBps, deviationBps, markupBps } from './markup.ts';
export {
  compareRates,
  crossRate,
  formatRate,
  invertRate,
  meanRate,
  parseRate,
  type Rate,
  roundRate,
} from './rate.ts';
export { type RefundedParts, refundedPartsSoFar, refundedPayerSoFar } from './refund.ts';
export { shareOf } from './share.ts';
