import { type CoverTrade, CoverTradeState } from '@causeway/proto/fx';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { parseCurrency } from '../input/amount.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
A payment leaves the switch owing the payee's currency; beyond a limit it buys that from the
provider with the best offer.

Examples:
  causeway treasury exposures       what is open, and what covering it now would gain or lose
  causeway treasury cover HKD JPY   cover a pair's whole position now
  causeway treasury trades          what was bought and sold, and what that gained
`;

/** `treasury …`: what the switch owes in foreign currencies, and how that is covered. */
export function treasuryCommands(program: Command): void {
  const treasury = program
    .command('treasury')
    .description('open positions in foreign currencies and their cover, as the operator')
    .addHelpText('after', EXAMPLES);
  treasury
    .command('exposures')
    .description('the open position of each pair')
    .action(act(exposures));
  treasury
    .command('trades')
    .description('cover trades, newest first')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .action(act(trades));
  treasury
    .command('cover <payer> <payee>')
    .description("cover a pair's whole open position now")
    .option('--id <request-id>', 'the same id asks for it once')
    .action(act(cover));
}

async function exposures(cli: Cli): Promise<Answer> {
  const { exposures: found } = await cli.as(OPERATOR_ID).treasury.listExposures({});
  const text = table(
    [
      { title: 'pair' },
      { title: 'owed to payees', align: 'right' },
      { title: 'owed by payers', align: 'right' },
      { title: 'limit', align: 'right' },
      { title: 'realised', align: 'right' },
      { title: 'unrealised', align: 'right' },
    ],
    found.map(({ pair, payeeOpen, payerOpen, limit, realised, unrealised }) => [
      pairOf(pair),
      money(payeeOpen),
      money(payerOpen),
      money(limit),
      money(realised),
      money(unrealised),
    ]),
  );
  return { text, data: { exposures: jsonOf(found) } };
}

async function trades(cli: Cli, { limit: pageSize }: { limit: number }): Promise<Answer> {
  const asked = { pageSize, pageToken: '' };
  const { trades: found } = await cli.as(OPERATOR_ID).treasury.listCoverTrades(asked);
  const text = table(
    [
      { title: 'asked for' },
      { title: 'trade' },
      { title: 'bought', align: 'right' },
      { title: 'cost', align: 'right' },
      { title: 'booked', align: 'right' },
      { title: 'realised', align: 'right' },
      { title: 'rate', align: 'right' },
      { title: 'provider' },
      { title: 'state' },
    ],
    found.map((trade) => [
      moment(trade.createTime),
      trade.tradeId,
      money(trade.payeeAmount),
      money(trade.payerAmount),
      money(trade.bookedAmount),
      money(trade.realised),
      trade.rate,
      trade.providerId,
      stateOf(trade),
    ]),
  );
  return { text, data: { trades: found.map(tradeJson) } };
}

async function cover(
  cli: Cli,
  payer: string,
  payee: string,
  { id }: { id?: string },
): Promise<Answer> {
  const { trade } = await cli.as(OPERATOR_ID).treasury.coverExposure({
    pair: { payerCurrencyCode: parseCurrency(payer), payeeCurrencyCode: parseCurrency(payee) },
    requestId: id ?? cli.runtime.random.uuid(),
  });
  if (trade === undefined) throw new Error('an answer without a trade');
  const text = record([
    ['trade', trade.tradeId],
    ['state', stateOf(trade)],
    ['bought', money(trade.payeeAmount)],
    ['cost', money(trade.payerAmount)],
    ['booked', money(trade.bookedAmount)],
    ['realised', money(trade.realised)],
    ['rate', trade.rate],
    ['provider', trade.providerId],
  ]);
  const failed = trade.state === CoverTradeState.REFUSED;
  return { text, data: { trade: tradeJson(trade) }, failed };
}

function pairOf(pair: CoverTrade['pair']): string {
  return pair === undefined ? '' : `${pair.payerCurrencyCode} to ${pair.payeeCurrencyCode}`;
}

function stateOf({ state, refusal }: CoverTrade): string {
  const name = CoverTradeState[state] ?? '';
  return refusal === '' ? name : `${name}: ${refusal}`;
}

function tradeJson(trade: CoverTrade) {
  return jsonOf(trade, { state: CoverTradeState });
}
