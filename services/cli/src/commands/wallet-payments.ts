import type { PayerQuote, ScanCodeResponse } from '@causeway/proto/acquiring';
import { AgreementState, TipRule } from '@causeway/proto/acquiring';
import { type Payment, PaymentState } from '@causeway/proto/common';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { readStdin } from '../input/stdin.ts';
import { findWallet } from '../lookup.ts';
import { type Json, jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money, paymentJson, paymentRecord } from '../output/views.ts';
import { act } from '../run.ts';

/** What the user entered beside the code. */
interface Entered {
  amount?: string;
  tip?: string;
}

interface Confirmation extends Entered {
  id?: string;
  quote?: string;
}

/** `wallet scan|confirm|payment`: what a payer's app does with what a merchant shows. */
export function walletPaymentCommands(wallet: Command): void {
  withAmounts(wallet.command('scan <wallet> <payload>'))
    .description(
      'read a code or a link as the wallet\'s app: who is paid, and what it costs; "-" takes it from stdin',
    )
    .action(act(scan));
  withAmounts(wallet.command('confirm <wallet> <payload>'))
    .description(
      'pay a code or an order, at the price that a scan answers now unless --quote is given',
    )
    .option('--id <request-id>', 'from a scan: the same id is the same payment')
    .option(
      '--quote <token>',
      'from a scan: the price that was shown; needs --id, but for an order',
    )
    .action(act(confirm));
  wallet
    .command('payment <wallet> <payment>')
    .description("what has become of a payment, as the wallet's app")
    .action(act(payment));
}

function withAmounts(command: Command): Command {
  return command
    .option('--amount <amount>', 'what to pay, such as "80 THB", where the code leaves it open')
    .option('--tip <amount>', 'a tip, where the code asks for one');
}

async function scan(cli: Cli, typed: string, given: string, options: Entered): Promise<Answer> {
  const app = await appOf(cli, typed);
  const scanned = await scannedBy(app, await payloadIn(given), options);
  return { text: scannedText(scanned), data: scannedJson(scanned) };
}

async function confirm(
  cli: Cli,
  typed: string,
  given: string,
  options: Confirmation,
): Promise<Answer> {
  const app = await appOf(cli, typed);
  const payload = await payloadIn(given);
  const { walletId } = app;
  const { quote, id } = await priceOf(app, payload, options);
  const confirmed = await app.wallets.confirmPayment({
    ...{ walletId, payload, paymentRequestId: id, quoteToken: quote },
    ...amountsIn(options),
  });
  const { replay } = confirmed;
  const { text, data, failed } = paymentAnswer(confirmed.payment);
  return { text, data: { payment: data, replay }, failed };
}

async function payment(cli: Cli, typed: string, paymentId: string): Promise<Answer> {
  const { wallets, walletId } = await appOf(cli, typed);
  const { text, data } = paymentAnswer((await wallets.getPayment({ walletId, paymentId })).payment);
  return { text, data: { payment: data } };
}

type App = Awaited<ReturnType<typeof appOf>>;

/** The wallet's own app: with its token, on the port for apps. */
async function appOf(cli: Cli, typed: string) {
  const { operator, walletId } = await findWallet(cli, typed);
  return cli.callers.appOf(operator.id, walletId);
}

async function payloadIn(given: string): Promise<string> {
  return given === '-' ? readStdin('a code or a link') : given;
}

function amountsIn({ amount, tip }: Entered) {
  return {
    payeeAmount: amount === undefined ? undefined : parseAmount([amount]),
    tipAmount: tip === undefined ? undefined : parseAmount([tip]),
  };
}

async function scannedBy(
  { wallets, walletId }: App,
  payload: string,
  options: Entered,
): Promise<ScanCodeResponse> {
  const { scanned } = await wallets.scanCode({ walletId, payload, ...amountsIn(options) });
  if (scanned === undefined) throw new Error('an answer without what was scanned');
  return scanned;
}

/** The price that was shown before, else the first that a scan answers now. */
async function priceOf(
  app: App,
  payload: string,
  options: Confirmation,
): Promise<{ quote: string; id: string }> {
  if (options.quote !== undefined) return { quote: options.quote, id: options.id ?? '' };
  const { quotes, paymentRequestId } = await scannedBy(app, payload, options);
  return { quote: quotes[0]?.quoteToken ?? '', id: options.id ?? paymentRequestId };
}

function paymentAnswer(found: Payment | undefined) {
  if (found === undefined) throw new Error('an answer without a payment');
  const failed = found.state === PaymentState.DECLINED || found.state === PaymentState.CANCELLED;
  return { text: paymentRecord(found), data: paymentJson(found), failed };
}

function scannedText(scanned: ScanCodeResponse): string {
  const { merchant, paymentRequestId, quotes } = scanned;
  const facts = record([
    ['merchant', merchant === undefined ? '' : [merchant.displayName, merchant.city].join(', ')],
    ...subjectFacts(scanned),
    ['request id', paymentRequestId],
  ]);
  return quotes.length === 0 ? facts : `${facts}\n\n${quoteTable(quotes)}`;
}

function subjectFacts({ subject }: ScanCodeResponse): [string, string][] {
  if (subject === undefined) return [];
  switch (subject.$case) {
    case 'code': {
      const { currencyCode, payeeAmount, tipRule, tipAmount, schemeIds } = subject.value;
      return [
        ['to pay', money(payeeAmount) || `an amount in ${currencyCode}: give it with --amount`],
        ['tip', money(tipAmount) || (tipRule === TipRule.PROMPT ? 'asked for: --tip' : '')],
        ['schemes', schemeIds.join(' ')],
      ];
    }
    case 'order':
      return [
        ['order', subject.value.paymentId],
        ['to pay', money(subject.value.payeeAmount)],
        ['for', subject.value.orderDescription],
        ['waits until', moment(subject.value.expireTime)],
      ];
    case 'agreement':
      return [
        ['agreement', subject.value.agreementId],
        ['state', AgreementState[subject.value.state] ?? ''],
        ['for', subject.value.description],
        ['to be signed until', moment(subject.value.expireTime)],
      ];
  }
}

function quoteTable(quotes: readonly PayerQuote[]): string {
  return table(
    [
      { title: 'partner' },
      { title: 'costs', align: 'right' },
      { title: 'rate', align: 'right' },
      { title: 'until' },
    ],
    quotes.map(({ partnerId, payerAmount, conversion, expireTime }) => [
      partnerId,
      money(payerAmount),
      conversion?.rate ?? '',
      moment(expireTime),
    ]),
  );
}

function scannedJson({ subject, ...scanned }: ScanCodeResponse): Json {
  const enums = { state: AgreementState, tipRule: TipRule };
  const found = subject === undefined ? {} : { [subject.$case]: subject.value };
  return jsonOf({ ...scanned, ...found }, enums);
}
