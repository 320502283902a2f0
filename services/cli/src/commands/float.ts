import type { FloatProof, FloatStatement } from '@causeway/proto/wallet';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
The trust account must hold what users have, and all else that is not the operator's to spend.

Examples:
  causeway float show                                    what the books say, and the last days
  causeway float prove --trust "10,000 HKD"              now, against what the bank says
  causeway float prove --date 2026-11-16 --trust "9,950 HKD" --in-transit "-50 HKD card top-ups"
  causeway float settled 2026-11-16 "640 HKD" --fee "3.20 HKD"   what was paid to the switch
`;

const OF = "the wallet operator's id, or where it is not here the name of its wallet service";

/** `float …`: what backs the wallets, as the wallet operator or as the operator. */
export function floatCommands(program: Command): void {
  const float = program
    .command('float')
    .description('the money that backs the wallets, and the daily proof that it is there')
    .addHelpText('after', EXAMPLES);
  float
    .command('show')
    .description('what the books hold by purpose, and the days that were stated and proved')
    .option('--of <wallets>', OF)
    .option('--days <count>', 'at most so many', wholeNumber('--days', 1, 366), 7)
    .action(act(show));
  float
    .command('prove')
    .description("prove the float against the bank's balance; exit code 1 where it differs")
    .option('--of <wallets>', OF)
    .requiredOption('--trust <amount>', 'what the bank says that the trust account holds')
    .option('--date <day>', 'a day that is over; now unless given', '')
    .option('--reference <text>', "where it was read, as the id of the bank's statement", '')
    .option('--in-transit <what>', 'an amount on its way and why; may be repeated', collect, [])
    .option('--id <request-id>', 'the same id proves once')
    .action(act(prove));
  float
    .command('settled <day> <amount...>')
    .description('record that a clearing day was settled: captured less refunded is what falls')
    .option('--of <wallets>', OF)
    .option('--fee <amount>', 'what the operator earned and kept')
    .option('--correction <amount>', 'what it paid for adjustments, below zero where they gave')
    .action(act(settled));
}

async function show(
  cli: Cli,
  { of, days: pageSize }: { of?: string; days: number },
): Promise<Answer> {
  const { float } = cli.asIssuer(of);
  const { statement } = await float.getFloatStatement({});
  const { days } = await float.listFloatDays({ pageSize, beforeDate: '' });
  const lines = table(
    [
      { title: 'day' },
      { title: 'by the books', align: 'right' },
      { title: 'at the bank', align: 'right' },
      { title: 'difference', align: 'right' },
      { title: 'proved' },
    ],
    days.map(({ statement: stated, proof }) => [
      stated?.floatDate ?? '',
      moneyOf(stated, stated?.floatMinor),
      moneyOf(stated, proof?.trustMinor),
      moneyOf(stated, proof?.differenceMinor),
      moment(proof?.proveTime),
    ]),
  );
  const text = [record(partsOf(statement)), ...(days.length > 0 ? [lines] : [])].join('\n\n');
  return { text, data: { statement: jsonOf(statement ?? {}), days: jsonOf(days) } };
}

interface ProveOptions {
  of?: string;
  trust: string;
  date: string;
  reference: string;
  inTransit: string[];
  id?: string;
}

async function prove(cli: Cli, options: ProveOptions): Promise<Answer> {
  const { proof } = await cli.asIssuer(options.of).float.proveFloat({
    requestId: options.id ?? cli.runtime.random.uuid(),
    floatDate: options.date,
    trustBalance: parseAmount([options.trust]),
    trustReference: options.reference,
    inTransit: options.inTransit.map(inTransitIn),
  });
  if (proof === undefined) throw new Error('an answer without a proof');
  const text = record([
    ...partsOf(proof.statement),
    ...proof.inTransit.map(({ reason, amountMinor }): [string, string] => {
      return [`in transit: ${reason}`, moneyOf(proof.statement, amountMinor)];
    }),
    ['at the bank', moneyOf(proof.statement, proof.trustMinor)],
    ['difference', moneyOf(proof.statement, proof.differenceMinor)],
    ['proof', verdict(proof)],
  ]);
  return { text, data: { proof: jsonOf(proof) }, failed: proof.differenceMinor !== 0n };
}

/** "-50 HKD card top-ups": an amount, which may be below zero, and why. */
function inTransitIn(typed: string) {
  const [, amount = '', reason = ''] = /^(\S+ \S+) (.+)$/.exec(typed.trim()) ?? [];
  if (reason === '') throw new UsageError(`"${typed}" is not as "-50 HKD card top-ups"`);
  return { reason, amountMinor: parseAmount([amount]).amountMinor };
}

function collect(typed: string, earlier: string[]): string[] {
  return [...earlier, typed];
}

async function settled(
  cli: Cli,
  clearingDate: string,
  words: string[],
  options: { of?: string; fee?: string; correction?: string },
): Promise<Answer> {
  const minorOf = (typed: string | undefined) =>
    typed === undefined ? 0n : parseAmount([typed]).amountMinor;
  const settledMinor = parseAmount(words).amountMinor;
  const [feeMinor, correctionMinor] = [minorOf(options.fee), minorOf(options.correction)];
  const paidMinor = settledMinor - feeMinor + correctionMinor;
  const parts = { settledMinor, feeMinor, correctionMinor, paidMinor };
  const { replay, statement } = await cli
    .asIssuer(options.of)
    .float.recordSettlement({ clearingDate, ...parts });
  const text = record([['paid', moneyOf(statement, paidMinor)], ...partsOf(statement)]);
  return { text, data: { replay, statement: jsonOf(statement ?? {}) } };
}

function partsOf(statement: FloatStatement | undefined): [string, string][] {
  if (statement === undefined) throw new Error('an answer without a statement');
  return [
    ['day', `${statement.floatDate}, at ${moment(statement.takeTime)}`],
    ['users hold', moneyOf(statement, statement.userMinor)],
    ['of it held', moneyOf(statement, statement.heldMinor)],
    ['unclaimed', moneyOf(statement, statement.unclaimedMinor)],
    ['payable', moneyOf(statement, statement.payableMinor)],
    ['fees', moneyOf(statement, statement.feesMinor)],
    ['corrections', moneyOf(statement, statement.correctionsMinor)],
    ['arrears', moneyOf(statement, statement.arrearsMinor)],
    ['by the books', moneyOf(statement, statement.floatMinor)],
  ];
}

function moneyOf(statement: FloatStatement | undefined, amountMinor: bigint | undefined): string {
  if (statement === undefined || amountMinor === undefined) return '';
  return money({ currencyCode: statement.currencyCode, amountMinor });
}

function verdict({ differenceMinor, version }: FloatProof): string {
  const what = differenceMinor === 0n ? 'the money is there' : 'NOT PROVEN';
  return `${what} (number ${version} of this day)`;
}
