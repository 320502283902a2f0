import type { RateBoard } from '@causeway/proto/fx';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { parseAmount, parseCurrency } from '../input/amount.ts';
import { UsageError } from '../input/usage.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money, percent } from '../output/views.ts';
import { act } from '../run.ts';

const QUOTE_EXAMPLES = `
Examples:
  causeway quote 1280 JPY               what the payer pays in HKD for JPY 1,280
  causeway quote 100 HKD --to JPY       what the payee gets for HKD 100
`;

/** `rates`, `board`, `quote`: what fx says of money. */
export function rateCommands(program: Command): void {
  program
    .command('rates')
    .description('the market now: middle and reference rate of every currency')
    .option('--from <currency>', "the payer's currency", 'HKD')
    .option('--sources', 'where prices come from, how fresh they are, what guards refused')
    .action(
      act((cli: Cli, options: RateOptions) =>
        options.sources ? sources(cli) : rates(cli, options),
      ),
    );
  program
    .command('board')
    .description('what each currency costs a payer, markup and all')
    .option('--from <currency>', "the payer's currency", 'HKD')
    .action(act(board));
  program
    .command('quote <amount...>')
    .description('price one amount, either side fixed')
    .option('--from <currency>', "the payer's currency where the payee's amount is fixed", 'HKD')
    .option('--to <currency>', "the payee's currency; the amount is then what the payer pays")
    .option('--country <code>', "the merchant's country, such as JP, for its corridor's markup")
    .addHelpText('after', QUOTE_EXAMPLES)
    .action(act(quote));
}

interface RateOptions {
  from: string;
  sources?: boolean;
}

async function rates(cli: Cli, options: RateOptions): Promise<Answer> {
  const { fx } = cli.as(OPERATOR_ID);
  const payerCurrencyCode = parseCurrency(options.from);
  const { entries } = await boardOf(cli, payerCurrencyCode);
  const found = await Promise.all(
    entries.map(async ({ payeeCurrencyCode }) => {
      const { rate } = await fx.getRate({ pair: { payerCurrencyCode, payeeCurrencyCode } });
      if (rate === undefined) throw new Error('an answer without a rate');
      return { payeeCurrencyCode, rate };
    }),
  );
  const text = table(
    [
      { title: `1 ${payerCurrencyCode} is` },
      { title: 'middle', align: 'right' },
      { title: 'reference', align: 'right' },
      { title: 'observed' },
      { title: 'from' },
      { title: 'reference of' },
    ],
    found.map(({ payeeCurrencyCode, rate }) => [
      payeeCurrencyCode,
      rate.midRate,
      rate.referenceRate,
      moment(rate.observeTime),
      rate.sources.join(', '),
      rate.referenceSource,
    ]),
  );
  return { text, data: { rates: found.map(({ rate }) => jsonOf(rate)) } };
}

async function sources(cli: Cli): Promise<Answer> {
  const { sources: found } = await cli.as(OPERATOR_ID).fx.listRateSources({});
  const text = table(
    [
      { title: 'source' },
      { title: 'pair' },
      { title: 'bid', align: 'right' },
      { title: 'ask', align: 'right' },
      { title: 'observed' },
      { title: 'fresh' },
      { title: 'refused', align: 'right' },
      { title: 'last refusal' },
    ],
    found.map((source) => [
      source.sourceId,
      `${source.baseCurrencyCode}/${source.quoteCurrencyCode}`,
      source.bid,
      source.ask,
      moment(source.observeTime),
      source.fresh ? 'yes' : 'no',
      String(source.refusedCount),
      source.lastRefusal,
    ]),
  );
  return { text, data: { sources: jsonOf(found) } };
}

async function board(cli: Cli, options: { from: string }): Promise<Answer> {
  const found = await boardOf(cli, parseCurrency(options.from));
  const until = `guaranteed for codes shown now until ${moment(found.guaranteeUntilTime)}`;
  return { text: `${boardTable(found)}\n\n${until}`, data: { rate_board: jsonOf(found) } };
}

/** A board as lines. */
export function boardTable(found: RateBoard): string {
  return table(
    [
      { title: `1 ${found.payerCurrencyCode} buys` },
      { title: 'all in', align: 'right' },
      { title: 'middle', align: 'right' },
      { title: 'reference', align: 'right' },
      { title: 'markup', align: 'right' },
      { title: 'over' },
      { title: 'offers, best first' },
    ],
    found.entries.map((entry) => [
      entry.payeeCurrencyCode,
      entry.rate,
      entry.midRate,
      entry.referenceRate,
      percent(entry.markupBps),
      entry.referenceSource,
      entry.offers.map(({ providerId, rate }) => `${providerId} ${rate}`).join(', '),
    ]),
  );
}

async function boardOf(cli: Cli, payerCurrencyCode: string): Promise<RateBoard> {
  const { rateBoard } = await cli
    .as(OPERATOR_ID)
    .fx.getRateBoard({ payerCurrencyCode, rateBoardId: '' });
  if (rateBoard === undefined) throw new Error('an answer without a board');
  return rateBoard;
}

interface QuoteOptions {
  from: string;
  to?: string;
  country?: string;
}

async function quote(cli: Cli, words: string[], options: QuoteOptions): Promise<Answer> {
  const amount = parseAmount(words);
  const pair = pairOf(amount.currencyCode, options);
  const { quote: made } = await cli.as(OPERATOR_ID).fx.createQuote({
    pair,
    fixedSide:
      options.to === undefined
        ? { $case: 'payeeAmount', value: amount }
        : { $case: 'payerAmount', value: amount },
    paymentId: '',
    payeeCountryCode: options.country?.toUpperCase() ?? '',
    honourShownBoards: false,
    settlementCurrencyCodes: [],
  });
  if (made === undefined) throw new Error('an answer without a quote');
  const text = record([
    ['payer pays', money(made.payerAmount)],
    ['payee gets', money(made.payeeAmount)],
    ['rate', `${made.rate} all in, ${made.midRate} middle`],
    ['markup', `${percent(made.markupBps)} over ${made.referenceSource} ${made.referenceRate}`],
    [
      'of which',
      `${money(made.midPart)} middle, ${money(made.markupPart)} markup, ${money(made.residualPart)} rounding`,
    ],
    [made.guaranteed ? 'guaranteed' : 'indicative', `until ${moment(made.expireTime)}`],
    ['quote', made.quoteId],
  ]);
  return { text, data: { quote: jsonOf(made) } };
}

function pairOf(fixed: string, { from, to }: QuoteOptions) {
  if (to !== undefined) {
    return { payerCurrencyCode: fixed, payeeCurrencyCode: parseCurrency(to) };
  }
  const payerCurrencyCode = parseCurrency(from);
  if (payerCurrencyCode !== fixed) return { payerCurrencyCode, payeeCurrencyCode: fixed };
  throw new UsageError(`both sides are ${fixed}: say --to <currency> for what the payee gets`);
}
