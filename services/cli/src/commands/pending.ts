import type { OwedPayment } from '@causeway/proto/routing';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment, money, stateOf } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
INQUIRE is a payment in doubt: its partner is asked what became of it, for a minute, and then told
to reverse it. "causeway get <payment>" shows the payment, "causeway route scores" how its route
does, and the log of routing why a partner or a wallet operator did not answer.
`;

/** `pending`: what the switch waits for. */
export function pendingCommands(program: Command): void {
  program
    .command('pending')
    .description('payments and refunds that wait for a partner or a wallet operator, longest first')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .addHelpText('after', EXAMPLES)
    .action(act(pending));
}

async function pending(cli: Cli, { limit }: { limit: number }): Promise<Answer> {
  const { owed } = await cli.as(OPERATOR_ID).routing.listOwedPayments({ limit });
  const text = table(
    [
      { title: 'since' },
      { title: 'payment' },
      { title: 'state' },
      { title: 'owes' },
      { title: 'waits for' },
      { title: 'route' },
      { title: 'amount', align: 'right' },
    ],
    owed.map(line),
  );
  return { text, data: { owed: jsonOf(owed) } };
}

function line({ payment, step, waitsFor, routeId, sinceTime }: OwedPayment): string[] {
  const state = payment === undefined ? '' : stateOf(payment);
  const { paymentId = '', payeeAmount } = payment ?? {};
  return [moment(sinceTime), paymentId, state, step, waitsFor, routeId, money(payeeAmount)];
}
