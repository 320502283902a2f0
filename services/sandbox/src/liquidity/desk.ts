import { compareRates, parseRate, payerAmountFor } from '@causeway/money';
import type { ExecuteTradeRequest, ExecuteTradeResponse } from '@causeway/proto/fx';
import type { Book } from '../market/book.ts';
import { BASE_CURRENCY_CODE } from '../market/pairs.ts';

/** More than a sandbox trades; what is older is forgotten. */
const MAX_TRADES = 100_000;

/** Where one provider's counterparties trade at its latest prices. */
export class LiquidityDesk {
  readonly #answers = new Map<string, ExecuteTradeResponse>();

  constructor(private readonly book: Book) {}

  /** Trades once for each trade id; a repeat is answered what the first was. */
  execute(request: ExecuteTradeRequest): ExecuteTradeResponse {
    const earlier = this.#answers.get(request.tradeId);
    if (earlier !== undefined) return earlier;
    const answer = this.#trade(request);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size >= MAX_TRADES && oldest !== undefined) this.#answers.delete(oldest);
    this.#answers.set(request.tradeId, answer);
    return answer;
  }

  #trade({ pair, payeeAmount, limitRate }: ExecuteTradeRequest): ExecuteTradeResponse {
    const price = this.book.latest(pair?.payeeCurrencyCode ?? '');
    if (price === undefined || pair?.payerCurrencyCode !== BASE_CURRENCY_CODE) {
      return refused('this pair is not traded here');
    }
    if (payeeAmount === undefined || payeeAmount.currencyCode !== price.quoteCurrencyCode) {
      return refused('the amount must be in the currency that is bought or sold');
    }
    const { amountMinor } = payeeAmount;
    if (amountMinor === 0n) return refused('there is nothing to trade');
    const buys = amountMinor > 0n;
    // Whoever buys yen gives dollars for them, at the provider's bid for a dollar.
    const rate = buys ? price.bid : price.ask;
    const worse = compareRates(parseRate(rate), parseRate(limitRate)) * (buys ? 1 : -1) < 0;
    if (worse) return refused(`the price is ${rate}`);
    const size = buys ? amountMinor : -amountMinor;
    const paidMinor = payerAmountFor({
      payee: { ...payeeAmount, amountMinor: size },
      payerCurrency: BASE_CURRENCY_CODE,
      rate: parseRate(rate),
      // In the provider's favour both ways.
      rounding: buys ? 'up' : 'down',
    });
    const payerMinor = buys ? paidMinor : -paidMinor;
    const payerAmount = { currencyCode: BASE_CURRENCY_CODE, amountMinor: payerMinor };
    return { executed: true, payerAmount, rate, refusal: '' };
  }
}

function refused(refusal: string): ExecuteTradeResponse {
  return { executed: false, payerAmount: undefined, rate: '', refusal };
}
