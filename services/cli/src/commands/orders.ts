import { OrderPresentation } from '@causeway/proto/acquiring';
import { PaymentState } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { wholeNumber } from '../input/whole.ts';
import { findPayment, placeNamed } from '../lookup.ts';
import { record } from '../output/table.ts';
import { moment, paymentJson, paymentRecord } from '../output/views.ts';
import { act } from '../run.ts';

const MAX_TTL_SECONDS = 600;

const EXAMPLES = `
Examples:
  causeway order create 1280 JPY --at Kumo              a link for a web page or an app
  causeway order create 1280 JPY --at Kumo --code       a code for a till's screen
  causeway order close <payment>                        nobody can pay it any more
`;

/** `order …`: payments that wait for their payer. */
export function orderCommands(program: Command): void {
  const order = program
    .command('order')
    .description("payments that wait for their payer, as the merchant's acquirer")
    .addHelpText('after', EXAMPLES);
  order
    .command('create <amount...>')
    .description('make an order, and the link and code that lead to it')
    .requiredOption('--at <merchant>', 'the merchant: its id, name, or the first letters')
    .option('--code', 'the payer scans it at a till, instead of following the link')
    .option(
      '--ttl <seconds>',
      'how long the payer has',
      wholeNumber('--ttl', 1, MAX_TTL_SECONDS),
      MAX_TTL_SECONDS,
    )
    .option('--id <request-id>', "the acquirer's own id: the same id is the same order, for ever")
    .option('--note <text>', 'text for the payer', '')
    .action(act(create));
  order
    .command('close <payment>')
    .description("close an order that is not paid, by its id or the acquirer's own id")
    .action(act(close));
}

interface CreateOptions {
  at: string;
  code?: boolean;
  ttl: number;
  id?: string;
  note: string;
}

async function create(cli: Cli, words: string[], options: CreateOptions): Promise<Answer> {
  const payeeAmount = parseAmount(words);
  const { partner, place } = await placeNamed(cli, options.at);
  const { payment, replay, link, qrPayload } = await partner.payments.createOrder({
    ...{ ...place, payeeAmount, ttlSeconds: options.ttl, orderDescription: options.note },
    paymentRequestId: options.id ?? cli.runtime.random.uuid(),
    presentation: options.code ? OrderPresentation.CODE : OrderPresentation.LINK,
  });
  if (payment === undefined) throw new Error('an answer without a payment');
  const ways = record([
    ['link', link],
    ['code', qrPayload],
    ['waits until', moment(payment.expireTime)],
  ]);
  return {
    text: `${paymentRecord(payment)}\n\n${ways}`,
    data: { payment: paymentJson(payment), link, qr_payload: qrPayload, replay },
    failed: payment.state === PaymentState.DECLINED || payment.state === PaymentState.CANCELLED,
  };
}

async function close(cli: Cli, typed: string): Promise<Answer> {
  const { partner, payment: found } = await findPayment(cli, typed);
  // A cancel would give the money back, which nobody means by closing an order.
  if (found.state === PaymentState.SUCCEEDED) {
    throw new Refusal('ORDER_TAKEN', 'the order is paid: cancel or refund the payment');
  }
  const { paymentRequestId } = found;
  const { payment } = await partner.payments.cancelPayment({ paymentRequestId });
  if (payment === undefined) throw new Error('an answer without a payment');
  return { text: paymentRecord(payment), data: { payment: paymentJson(payment) } };
}
