import { markupBps, parseRate, payerAmountFor, splitPayer } from '@causeway/money';
import type { CreateQuoteRequest, CreateQuoteResponse } from '@causeway/proto/fx';
import { uuidFrom } from '@causeway/runtime';
import { Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** What payers are shown with their codes; nothing offered later is worse. */
export const SHOWN_RATES: Readonly<Record<string, string>> = {
  JPY: '19.9377',
  THB: '4.4012',
  KWD: '0.039401',
};

const BOARD_ID = uuidFrom('simulator', 'board');
const GUARANTEED_MS = 60_000;

/** What of fx is called. */
export interface FxService {
  createQuote(request: CreateQuoteRequest): Promise<CreateQuoteResponse>;
}

/** The prices: another rate each second, so that whoever prices a payment twice is found out. */
export function fxHost(kernel: Kernel): Host<FxService> {
  return new Host(kernel, 'fx', () => ({
    createQuote: async (request) => quoteAt(request, kernel.nowMs),
  }));
}

function quoteAt(request: CreateQuoteRequest, nowMs: number): CreateQuoteResponse {
  const { pair, fixedSide, paymentId } = request;
  if (fixedSide?.$case !== 'payeeAmount' || pair === undefined)
    throw new Error('not asked for here');
  const payee = fixedSide.value;
  const { payerCurrencyCode: payerCurrency, payeeCurrencyCode } = pair;
  const rateText = rateAt(SHOWN_RATES[payeeCurrencyCode] ?? '', nowMs, 0);
  const midText = rateAt(SHOWN_RATES[payeeCurrencyCode] ?? '', nowMs, 8);
  const [rate, midRate] = [parseRate(rateText), parseRate(midText)];
  const payerAmountMinor = payerAmountFor({ payee, payerCurrency, rate, rounding: 'up' });
  const split = splitPayer({ payee, payerCurrency, payerAmountMinor, midRate, rate });
  const inPayer = (amountMinor: bigint) => ({ currencyCode: payerCurrency, amountMinor });
  return {
    quote: {
      ...{ quoteId: uuidFrom('quote', paymentId), rateBoardId: BOARD_ID, pair },
      ...{ payeeAmount: payee, payerAmount: inPayer(payerAmountMinor), rate: rateText },
      ...{ midRate: midText, referenceRate: midText, referenceSource: 'simulated' },
      markupBps: markupBps(midRate, rate),
      midPart: inPayer(split.midMinor),
      markupPart: inPayer(split.markupMinor),
      residualPart: inPayer(split.residualMinor),
      expireTime: new Date(nowMs + GUARANTEED_MS),
      ...{ guaranteed: true, token: '' },
    },
    settlementPrices: [],
  };
}

/** The shown rate, better for the payer by up to two hundredths, and by so many thousandths more. */
function rateAt(shown: string, nowMs: number, thousandths: number): string {
  const [whole = '0', decimals = ''] = shown.split('.');
  const digits = BigInt(whole + decimals);
  const second = BigInt(Math.floor(nowMs / 1_000) % 20);
  const better = (digits * (1_000n + second + BigInt(thousandths))) / 1_000n;
  const text = better.toString().padStart(decimals.length + 1, '0');
  return `${text.slice(0, -decimals.length)}.${text.slice(-decimals.length)}`;
}
