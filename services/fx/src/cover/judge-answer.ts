import { parseRate } from '@causeway/money';
import type { ExecuteTradeResponse } from '@causeway/proto/fx';
import { readRate } from '../sources/read-rate.ts';
import { costAt } from './offers.ts';
import type { TradeRow } from './store.ts';

/** What a provider's answer means. */
export type Verdict =
  /** `isWorse`: it cost more than the limit allowed, which the provider must explain. */
  | { kind: 'executed'; payerMinor: bigint; rate: string; isWorse: boolean }
  | { kind: 'refused'; why: string }
  /** It says nothing that could be booked: it is asked again under the same id. */
  | { kind: 'garbage'; what: string };

const MAX_WHY_LENGTH = 200;

/**
 * Reads a provider's answer. What it says it executed is executed, whatever the limit was: the
 * switch owes it, and denying that would leave the position covered and the books not. Pure.
 */
export function judgeAnswer(
  trade: Pick<TradeRow, 'from' | 'to' | 'payeeMinor' | 'limitRate'>,
  { executed, payerAmount, rate, refusal }: ExecuteTradeResponse,
): Verdict {
  if (!executed) return { kind: 'refused', why: refusal.slice(0, MAX_WHY_LENGTH) };
  if (payerAmount === undefined) return { kind: 'garbage', what: 'no payer_amount' };
  const { currencyCode, amountMinor: payerMinor } = payerAmount;
  if (currencyCode !== trade.from) return { kind: 'garbage', what: `a cost in ${currencyCode}` };
  if (readRate(rate) === undefined) return { kind: 'garbage', what: 'a rate that is none' };
  if (payerMinor === 0n || payerMinor > 0n !== trade.payeeMinor > 0n) {
    return { kind: 'garbage', what: 'a cost of the wrong sign' };
  }
  const atLimit = costAt(parseRate(trade.limitRate), trade, trade.payeeMinor);
  return { kind: 'executed', payerMinor, rate, isWorse: payerMinor > atLimit };
}
