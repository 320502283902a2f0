import type { CoverTrade } from '@causeway/proto/fx';
import type { TradeRow } from './store.ts';

/** A trade as the API shows it. */
export function toCoverTrade(row: TradeRow): CoverTrade {
  const { tradeId, from, to, payeeMinor, bookedMinor, payerMinor, providerId, state } = row;
  const payer = (amountMinor: bigint) => ({ currencyCode: from, amountMinor });
  return {
    ...{ tradeId, providerId, state, rate: row.rate ?? '', refusal: row.refusal },
    pair: { payerCurrencyCode: from, payeeCurrencyCode: to },
    payeeAmount: { currencyCode: to, amountMinor: payeeMinor },
    bookedAmount: payer(bookedMinor),
    payerAmount: payerMinor === null ? undefined : payer(payerMinor),
    realised: payerMinor === null ? undefined : payer(bookedMinor - payerMinor),
    createTime: row.createdAt,
    updateTime: row.updatedAt,
  };
}
