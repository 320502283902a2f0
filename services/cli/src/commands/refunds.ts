import type { Payment } from '@causeway/proto/common';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { findPayment } from '../lookup.ts';
import { refundJson, refundTable } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
Examples:
  causeway refund 7d0f0c1e-… 640 JPY            a part, at the payment's own rate
  causeway refund order-17 all --reason "sold out"
`;

const PAGE_SIZE = 500;

/** `refund`, `refunds`: giving money back. */
export function refundCommands(program: Command): void {
  program
    .command('refund <payment> <amount...>')
    .description('give back a part of a payment, or "all" that is left of it')
    .option('--id <request-id>', "the acquirer's own id of the refund: the same id refunds once")
    .option('--reason <text>', 'why, for the record', '')
    .addHelpText('after', EXAMPLES)
    .action(act(refund));
  program
    .command('refunds <payment>')
    .description('the refunds of a payment, oldest first')
    .action(act(refunds));
}

async function refund(
  cli: Cli,
  typed: string,
  words: string[],
  options: { id?: string; reason: string },
): Promise<Answer> {
  const { partner, payment } = await findPayment(cli, typed);
  const { refund: made, replay } = await partner.payments.createRefund({
    paymentId: payment.paymentId,
    refundRequestId: options.id ?? cli.runtime.random.uuid(),
    payeeAmount: words.join(' ').toLowerCase() === 'all' ? left(payment) : parseAmount(words),
    reason: options.reason,
  });
  if (made === undefined) throw new Error('an answer without a refund');
  return { text: refundTable([made]), data: { refund: refundJson(made), replay } };
}

function left({ payeeAmount, refundedPayeeAmount }: Payment) {
  if (payeeAmount === undefined) throw new Error('a payment without an amount');
  const refundedMinor = refundedPayeeAmount?.amountMinor ?? 0n;
  return { ...payeeAmount, amountMinor: payeeAmount.amountMinor - refundedMinor };
}

async function refunds(cli: Cli, typed: string): Promise<Answer> {
  const { partner, payment } = await findPayment(cli, typed);
  const { refunds: found } = await partner.payments.listRefunds({
    paymentId: payment.paymentId,
    pageSize: PAGE_SIZE,
    pageToken: '',
  });
  return {
    text: found.length === 0 ? 'no refunds' : refundTable(found),
    data: { refunds: found.map(refundJson) },
  };
}
