import type { OwedPayment } from '@causeway/proto/routing';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { wholeNumber } from '../input/whole.ts';
import { owedJson, owedTable, whatToDo } from '../output/owed.ts';
import { act } from '../run.ts';

const EXAMPLES = `
INQUIRE is a payment in doubt: its partner is asked what became of it, for a minute, and then told
to reverse it. Whatever is owed is tried again by itself, for ever; nothing has to be done that it
goes on once somebody answers.

Examples:
  causeway story <payment>    all that is known of one of them
  causeway drive <payment>    try it now instead of when it is due
  causeway route scores       how its route does
`;

/** `pending`: what the switch waits for. */
export function pendingCommands(program: Command): void {
  program
    .command('pending')
    .description('what is in doubt or owed, for whom it waits and why, the longest first')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .addHelpText('after', EXAMPLES)
    .action(act(pending));
}

async function pending(cli: Cli, { limit }: { limit: number }): Promise<Answer> {
  const { owed } = await cli.as(OPERATOR_ID).routing.listOwedPayments({ limit });
  const text = owed.length === 0 ? 'nothing is owed' : textOf(owed);
  return { text, data: { owed: owedJson(owed) } };
}

function textOf(owed: readonly OwedPayment[]): string {
  const advice = [...new Set(owed.map(({ step }) => whatToDo(step)))];
  return [owedTable(owed), '', ...advice].join('\n');
}
