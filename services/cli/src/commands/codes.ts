import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { wholeNumber } from '../input/whole.ts';
import { findWallet, type IssuedWallet } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { record } from '../output/table.ts';
import { moment } from '../output/views.ts';
import { act } from '../run.ts';
import { boardTable } from './rates.ts';

const MAX_TTL_SECONDS = 600;

const EXAMPLES = `
Examples:
  causeway code Mei                     a code to show at a counter, with the rates it promises
  causeway pay 1280 JPY --at Kumo --code 852101020712345678901234
  causeway code Mei --ttl 5             one that is soon gone
`;

/** `code`: what a payer's app does before a payment. */
export function codeCommands(program: Command): void {
  program
    .command('code <wallet>')
    .description("make a one-time payment code, as the wallet's own app, and show its rate board")
    .option(
      '--ttl <seconds>',
      "how long it shall live; never longer than the policy's time",
      wholeNumber('--ttl', 1, MAX_TTL_SECONDS),
    )
    .addHelpText('after', EXAMPLES)
    .action(act(code));
}

async function code(cli: Cli, typed: string, options: { ttl?: number }): Promise<Answer> {
  const made = await makeCode(cli, await findWallet(cli, typed), options.ttl ?? 0);
  const lines = record([
    ['code', made.paymentCode],
    ['good until', moment(made.expireTime)],
  ]);
  const text = made.rateBoard === undefined ? lines : `${lines}\n\n${boardTable(made.rateBoard)}`;
  return { text, data: jsonOf(made) };
}

/** Makes a code as the app of that wallet: with its token, on the port for apps. */
export async function makeCode(cli: Cli, { operator, walletId }: IssuedWallet, ttlSeconds: number) {
  const app = await cli.callers.appOf(operator.id, walletId);
  return app.wallets.createPaymentCode({ walletId, ttlSeconds });
}
