import { PaymentState } from '@causeway/proto/common';
import { isUuid } from '@causeway/runtime';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { findPayment, findWallet, merchantNamed, paymentReaders, placeNamed } from '../lookup.ts';
import { paymentJson, paymentRecord, paymentTable } from '../output/views.ts';
import { act } from '../run.ts';
import { makeCode } from './codes.ts';

const PAY_EXAMPLES = `
Examples:
  causeway pay 1280 JPY --at Kumo --wallet Mei
      Mei's app makes a code, and the acquirer of Kumo Coffee charges it
  causeway pay "64.50 HKD" --at "Jade Ferry" --code 852101020712345678901234 --id order-17
      charges a code that you were shown; all of it again is the same payment

Exit code 1 where the payment is declined; its reason is part of the answer.
`;

/** `pay`, `get`, `list`, `cancel`: what an acquirer does. */
export function paymentCommands(program: Command): void {
  program
    .command('pay <amount...>')
    .description("charge a payment code or an agreement, as the merchant's acquirer")
    .requiredOption('--at <merchant>', 'the merchant: its id, name, or the first letters')
    .option('--code <digits>', 'the code as scanned')
    .option('--wallet <wallet>', 'instead of --code: make one with this wallet first')
    .option('--agreement <id>', 'instead of --code: charge an agreement that was signed')
    .option('--id <request-id>', "the acquirer's own id: the same id is the same payment, for ever")
    .option('--note <text>', "text for the payer's statement", '')
    .addHelpText('after', PAY_EXAMPLES)
    .action(act(pay));
  program
    .command('get <payment>')
    .description("one payment, by its id or the acquirer's own id: order-17, or acme/order-17")
    .action(act(get));
  program
    .command('list')
    .description('payments, newest first: of every partner, or of the one named by --of or --as')
    .option('--at <merchant>', 'only of this merchant')
    .option('--of <partner>', 'only of this partner')
    .option('--only <state>', 'only pending, succeeded, declined or cancelled')
    .option('--limit <count>', 'at most this many', wholeNumber('--limit', 1, 500), 20)
    .action(act(list));
  program
    .command('cancel <payment>')
    .description("undo a payment in full, by its id or the acquirer's own id")
    .addHelpText('after', '\nOne that was never seen is blocked for ever; say whose with --as.\n')
    .action(act(cancel));
}

interface PayOptions {
  at: string;
  code?: string;
  wallet?: string;
  agreement?: string;
  id?: string;
  note: string;
}

async function pay(cli: Cli, words: string[], options: PayOptions): Promise<Answer> {
  const payeeAmount = parseAmount(words);
  const payers = [options.code, options.wallet, options.agreement];
  if (payers.filter((payer) => payer !== undefined).length !== 1) {
    throw new UsageError('say one of --code, --wallet and --agreement: who pays?');
  }
  const { partner, place } = await placeNamed(cli, options.at);
  const paymentCode =
    options.wallet === undefined ? (options.code ?? '') : await codeOf(cli, options.wallet);
  const { payment, replay } = await partner.payments.createPayment({
    ...place,
    paymentRequestId: options.id ?? cli.runtime.random.uuid(),
    paymentCode,
    payeeAmount,
    orderDescription: options.note,
    agreementId: options.agreement ?? '',
  });
  if (payment === undefined) throw new Error('an answer without a payment');
  const again = replay
    ? '\n\nAn earlier request with this id made it; nothing was charged now.'
    : '';
  return {
    text: paymentRecord(payment, paymentCode) + again,
    data: { payment: paymentJson(payment), payment_code: paymentCode, replay },
    failed: payment.state === PaymentState.DECLINED || payment.state === PaymentState.CANCELLED,
  };
}

async function codeOf(cli: Cli, typed: string): Promise<string> {
  return (await makeCode(cli, await findWallet(cli, typed), 0)).paymentCode;
}

async function get(cli: Cli, typed: string): Promise<Answer> {
  const { payment } = await findPayment(cli, typed);
  return { text: paymentRecord(payment), data: { payment: paymentJson(payment) } };
}

interface ListOptions {
  at?: string;
  of?: string;
  only?: string;
  limit: number;
}

async function list(cli: Cli, { at, of, only, limit }: ListOptions): Promise<Answer> {
  const chosen = at === undefined ? undefined : await merchantNamed(cli, at);
  const readers =
    chosen === undefined
      ? await paymentReaders(cli, of)
      : [{ caller: chosen.partner, partnerId: chosen.partner.id }];
  const pages = await Promise.all(
    readers.map(({ caller, partnerId }) =>
      caller.payments.listPayments({
        partnerId,
        pageSize: limit,
        pageToken: '',
        merchantId: chosen?.id ?? '',
        state: stateNamed(only),
      }),
    ),
  );
  const newest = pages
    .flatMap((page) => page.payments)
    .sort((a, b) => (b.createTime?.getTime() ?? 0) - (a.createTime?.getTime() ?? 0))
    .slice(0, limit);
  return {
    text: newest.length === 0 ? 'no payments' : paymentTable(newest),
    data: { payments: newest.map(paymentJson) },
  };
}

const STATES: Readonly<Record<string, PaymentState>> = {
  pending: PaymentState.PENDING,
  succeeded: PaymentState.SUCCEEDED,
  declined: PaymentState.DECLINED,
  cancelled: PaymentState.CANCELLED,
};

function stateNamed(typed: string | undefined): PaymentState {
  if (typed === undefined) return PaymentState.UNSPECIFIED;
  const state = STATES[typed.toLowerCase()];
  if (state !== undefined) return state;
  throw new UsageError(`--only takes ${Object.keys(STATES).join(', ')}, not "${typed}"`);
}

async function cancel(cli: Cli, typed: string): Promise<Answer> {
  const { partner, paymentRequestId } = await toCancel(cli, typed);
  const { payment } = await partner.payments.cancelPayment({ paymentRequestId });
  if (payment === undefined) throw new Error('an answer without a payment');
  return { text: paymentRecord(payment), data: { payment: paymentJson(payment) } };
}

/** With `--as` an acquirer's own id need not be known: the cancel may come before its payment. */
async function toCancel(cli: Cli, typed: string) {
  if (cli.asked !== undefined && !isUuid(typed)) {
    return { partner: cli.as(cli.asked), paymentRequestId: typed };
  }
  const { partner, payment } = await findPayment(cli, typed);
  return { partner, paymentRequestId: payment.paymentRequestId };
}
