import { formatMoney } from '@causeway/money';
import type { MerchantCode } from '@causeway/proto/acquiring';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { parseAmount, parseCurrency } from '../input/amount.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { merchantNamed, placeNamed } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { act } from '../run.ts';

const EXAMPLES = `
Examples:
  causeway merchant-code create Kumo --currency JPY         the payer enters the amount
  causeway merchant-code create Kumo 1280 JPY               the code says it
  causeway merchant-code create "Siam Taxi" --currency THB --tip
  causeway merchant-code stop 1Z3K8Q0X5B7M --at Kumo        nobody can pay by it any more
`;

/** `merchant-code …`: codes that a merchant prints. */
export function merchantCodeCommands(program: Command): void {
  const code = program
    .command('merchant-code')
    .description("codes that a merchant prints, as the merchant's acquirer")
    .addHelpText('after', EXAMPLES);
  code
    .command('create <merchant> [amount...]')
    .description('make a code, with an amount or for the payer to enter one')
    .option('--currency <code>', 'what to pay in, where no amount says it')
    .option('--tip', 'ask the payer for a tip')
    .option('--id <request-id>', 'the same id makes the same code')
    .action(act(create));
  code
    .command('list <merchant>')
    .description('the codes of a merchant')
    .option('--limit <count>', 'at most this many', wholeNumber('--limit', 1, 500), 50)
    .action(act(list));
  for (const [name, active, description] of [
    ['stop', false, 'take a code out of use'],
    ['resume', true, 'take a code back into use'],
  ] as const) {
    code
      .command(`${name} <code-id>`)
      .description(description)
      .requiredOption('--at <merchant>', 'the merchant: its id, name, or the first letters')
      .action(act((cli: Cli, codeId: string, options) => setActive(cli, codeId, active, options)));
  }
}

interface CreateOptions {
  currency?: string;
  tip?: boolean;
  id?: string;
}

async function create(
  cli: Cli,
  typed: string,
  words: string[],
  options: CreateOptions,
): Promise<Answer> {
  if ((words.length === 0) === (options.currency === undefined)) {
    throw new UsageError('say either an amount, or --currency where the payer enters it');
  }
  const payeeAmount = words.length === 0 ? undefined : parseAmount(words);
  const { partner, place } = await placeNamed(cli, typed);
  const { merchantCode } = await partner.codes.createMerchantCode({
    ...{ ...place, payeeAmount, askTip: options.tip === true },
    requestId: options.id ?? cli.runtime.random.uuid(),
    currencyCode: payeeAmount?.currencyCode ?? parseCurrency(options.currency ?? ''),
  });
  return answerOf(merchantCode);
}

async function list(cli: Cli, typed: string, { limit }: { limit: number }): Promise<Answer> {
  const { partner, id: merchantId } = await merchantNamed(cli, typed);
  const request = { merchantId, pageSize: limit, pageToken: '' };
  const { merchantCodes } = await partner.codes.listMerchantCodes(request);
  const text = table(
    [{ title: 'code' }, { title: 'asks for' }, { title: 'use' }, { title: 'payload' }],
    merchantCodes.map((code) => [code.codeId, asksFor(code), useOf(code), code.qrPayload]),
  );
  return {
    text: merchantCodes.length === 0 ? 'no codes' : text,
    data: { merchant_codes: jsonOf(merchantCodes) },
  };
}

async function setActive(
  cli: Cli,
  codeId: string,
  active: boolean,
  { at }: { at: string },
): Promise<Answer> {
  const { partner } = await merchantNamed(cli, at);
  const { merchantCode } = await partner.codes.setMerchantCodeActive({ codeId, active });
  return answerOf(merchantCode);
}

function answerOf(code: MerchantCode | undefined): Answer {
  if (code === undefined) throw new Error('an answer without a code');
  const text = record([
    ['code', code.codeId],
    ['asks for', asksFor(code)],
    ['use', useOf(code)],
    ['payload', code.qrPayload],
  ]);
  return { text, data: { merchant_code: jsonOf(code) } };
}

function asksFor({ payeeAmount, currencyCode, askTip }: MerchantCode): string {
  const amount = payeeAmount === undefined ? `any ${currencyCode}` : formatMoney(payeeAmount);
  return askTip ? `${amount} and a tip` : amount;
}

function useOf({ active }: MerchantCode): string {
  return active ? 'in use' : 'out of use';
}
