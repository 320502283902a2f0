import { parseRate, payerAmountFor } from '@causeway/money';
import { type CoverTrade, CoverTradeState, type Exposure } from '@causeway/proto/fx';
import { OPERATOR_ID } from '../../seed/seed.ts';
import { openPayer, pay } from '../actors.ts';
import { minor } from '../arithmetic.ts';
import { type Check, holds, inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario, type Stage } from '../stage.ts';

const PAYER = 'HKD';
const PAYEE = 'PHP';
/** Two of these are more than the sandbox's limit for the pair. */
const PESOS = 2_600_00n;
const PATIENCE_MS = 20_000;
const LOOK_MS = 200;

/** Payments leave the switch owing pesos; past its limit it buys them, and nobody has to ask. */
export const cover: Scenario = {
  name: 'cover',
  title: 'Treasury: pesos are bought once the switch owes too many',
  async play(stage) {
    const payer = await openPayer(stage, 'Peso payer', 'advanced', 1_000_00n);
    const before = new Set((await tradesOf(stage)).map(({ tradeId }) => tradeId));
    const checks: Check[] = [];
    for (const nth of ['first', 'second']) {
      const { payment } = await pay(stage, payer, placeIn(stage, 'Manila'), `${nth} pesos`, PESOS);
      checks.push(inState(`the ${nth} payment succeeded`, 'SUCCEEDED', payment));
    }
    const trade = await newTrade(stage, before);
    const position = await positionOf(stage);
    if (trade === undefined) return [...checks, holds('the limit had pesos bought', false)];
    stage.screen.step(
      'switch',
      `${trade.providerId} sold ${say.money(trade.payeeAmount)} at ${trade.rate}`,
      say.money(trade.payerAmount),
    );
    stage.screen.step('switch', 'payers owe for them', say.money(trade.bookedAmount));
    const gain = minor(trade.bookedAmount) - minor(trade.payerAmount);
    return [
      ...checks,
      same(
        'the trade cost what its rate says, rounded up',
        costOf(trade),
        minor(trade.payerAmount),
      ),
      same('what it gained is what payers owe less its cost', gain, minor(trade.realised)),
      holds(
        'what is still open is within the limit',
        minor(position?.payerOpen) <= minor(position?.limit),
        say.money(position?.payerOpen),
      ),
    ];
  },
};

function costOf({ payeeAmount, rate }: CoverTrade): bigint {
  if (payeeAmount === undefined) throw new Error('a trade without an amount');
  const priced = { payee: payeeAmount, payerCurrency: PAYER, rate: parseRate(rate) };
  return payerAmountFor({ ...priced, rounding: 'up' });
}

/** Waits for a trade of pesos that was not there before and is done. */
async function newTrade(stage: Stage, before: ReadonlySet<string>) {
  const { clock, timers } = stage.runtime;
  const giveUpAtMs = clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    const trades = await tradesOf(stage);
    const found = trades.find(
      ({ tradeId, state }) => state === CoverTradeState.EXECUTED && !before.has(tradeId),
    );
    if (found !== undefined || clock.monotonicMs() > giveUpAtMs) return found;
    await timers.sleep(LOOK_MS);
  }
}

async function tradesOf({ callers }: Stage): Promise<CoverTrade[]> {
  const newest = { pageSize: 50, pageToken: '' };
  const { trades } = await callers.as(OPERATOR_ID).treasury.listCoverTrades(newest);
  return trades.filter(({ pair }) => isOurs(pair));
}

async function positionOf({ callers }: Stage): Promise<Exposure | undefined> {
  const { exposures } = await callers.as(OPERATOR_ID).treasury.listExposures({});
  return exposures.find(({ pair }) => isOurs(pair));
}

function isOurs(pair: Exposure['pair']): boolean {
  return pair?.payerCurrencyCode === PAYER && pair.payeeCurrencyCode === PAYEE;
}
