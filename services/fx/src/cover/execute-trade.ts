import { backoffMs, failpoint } from '@causeway/runtime';
import { metrics } from '../metrics.ts';
import { judgeAnswer, type Verdict } from './judge-answer.ts';
import { postpone, recordExecuted, recordRefused, type TradeRow } from './store.ts';
import type { Treasury } from './treasury.ts';

/** A provider that does not answer is asked again, without end: nobody else knows what it did. */
const ASK_AGAIN = { firstMs: 1_000, maxMs: 30_000 };

/**
 * Asks a trade's provider for it and records the answer. Answers what came of it; where that is
 * not known, it is asked for again under the same id.
 */
export async function executeTrade(
  treasury: Treasury,
  trade: TradeRow,
): Promise<'executed' | 'refused' | 'unknown'> {
  const { tradeId, providerId } = trade;
  const verdict = await ask(treasury, trade);
  await failpoint('fx.cover.answered');
  metrics.coverAnswers.add(1, { provider: providerId, answer: verdict?.kind ?? 'none' });
  const { db, runtime } = treasury;
  const now = runtime.clock.now();
  if (verdict?.kind === 'executed') {
    await recordExecuted(db, tradeId, { ...verdict, now });
    if (verdict.isWorse) {
      const { payerMinor, rate } = verdict;
      const told = { tradeId, providerId, payerMinor: String(payerMinor), rate };
      runtime.log.error(
        { ...told, limitRate: trade.limitRate },
        'a trade cost more than its limit',
      );
    }
    return 'executed';
  }
  if (verdict?.kind === 'refused') {
    await recordRefused(db, tradeId, { refusal: verdict.why, now });
    runtime.log.warn({ tradeId, providerId, why: verdict.why }, 'a provider refused a trade');
    return 'refused';
  }
  const pauseMs = backoffMs(ASK_AGAIN, trade.attemptCount, runtime.random);
  await postpone(db, tradeId, new Date(now.getTime() + pauseMs));
  return 'unknown';
}

async function ask(
  { providers, runtime }: Treasury,
  trade: TradeRow,
): Promise<Verdict | undefined> {
  const { tradeId, providerId, from, to, payeeMinor, limitRate } = trade;
  const about = { tradeId, providerId, attempt: trade.attemptCount };
  const askToTrade = providers.get(providerId);
  if (askToTrade === undefined) {
    runtime.log.error(about, 'the provider of a pending trade is not configured any more');
    return undefined;
  }
  try {
    const answer = await askToTrade({
      ...{ tradeId, limitRate },
      pair: { payerCurrencyCode: from, payeeCurrencyCode: to },
      payeeAmount: { currencyCode: to, amountMinor: payeeMinor },
    });
    const verdict = judgeAnswer(trade, answer);
    if (verdict.kind === 'garbage') {
      runtime.log.error(
        { ...about, what: verdict.what },
        'a provider answered what cannot be booked',
      );
    }
    return verdict;
  } catch (err) {
    runtime.log.warn({ ...about, reason: String(err) }, 'a provider did not answer');
    return undefined;
  }
}
