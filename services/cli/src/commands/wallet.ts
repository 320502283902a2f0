import { StatementEntryKind, type Wallet, WalletStatus } from '@causeway/proto/wallet';
import type { Command } from 'commander';
import { type Answer, type Cli, ISSUER_ID } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { wholeNumber } from '../input/whole.ts';
import { allWallets, findWallet } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';
import { walletAgreementCommands } from './wallet-agreements.ts';
import { walletPaymentCommands } from './wallet-payments.ts';

const EXAMPLES = `
Examples:
  causeway wallet list
  causeway wallet open "Ming" --tier intermediate
  causeway wallet topup Ming 500 HKD
  causeway wallet statement Mei --limit 5
  causeway wallet scan Mei <code or link>               who is paid, and what it costs
  causeway wallet confirm Mei <code or link> --amount "80 THB"
  causeway wallet sign Mei <link> --charge-cap "200 HKD" --period-cap "1000 HKD"
  causeway wallet agreements Mei
  causeway wallet open "Lok" --as peak-wallet     a wallet of the second operator

A wallet is named by its id, its name, or the first letters of its name.
`;

/** `wallet …`: what the wallet operator does for its users. */
export function walletCommands(program: Command): void {
  const wallet = program
    .command('wallet')
    .description('open, fill, read and close wallets, as the wallet operator')
    .addHelpText('after', EXAMPLES);

  wallet
    .command('list')
    .description('all wallets with their balances, of each operator the newest first')
    .action(act(list));
  wallet
    .command('open <name>')
    .description('open a wallet')
    .option('--tier <tier>', 'unverified, intermediate or advanced', 'intermediate')
    .option('--id <request-id>', 'the same id opens the same wallet')
    .action(act(open));
  moneyCommand(wallet, 'topup', 'put money into a wallet from the float', 'topUp');
  moneyCommand(wallet, 'withdraw', 'pay money out of a wallet to the float', 'withdraw');
  wallet
    .command('show <wallet>')
    .description('a wallet with its balances and what its limits leave')
    .action(act(show));
  wallet
    .command('statement <wallet>')
    .description('the movements of a wallet, newest first')
    .option('--limit <count>', 'at most this many', wholeNumber('--limit', 1, 500), 20)
    .action(act(statement));
  stateCommand(
    wallet,
    'freeze',
    'stop payments, top-ups and withdrawals; refunds still arrive',
    'freezeWallet',
  );
  stateCommand(wallet, 'unfreeze', 'end a freeze', 'unfreezeWallet');
  stateCommand(wallet, 'close', 'close an empty wallet for ever', 'closeWallet');
  wallet
    .command('tier <wallet> <tier>')
    .description('move a wallet to another tier of limits')
    .action(act(changeTier));
  walletPaymentCommands(wallet);
  walletAgreementCommands(wallet);
}

async function list(cli: Cli): Promise<Answer> {
  const wallets = await allWallets(cli);
  const text = table(
    [
      { title: 'name' },
      { title: 'operator' },
      { title: 'tier' },
      { title: 'status' },
      { title: 'available', align: 'right' },
      { title: 'held', align: 'right' },
      { title: 'wallet' },
    ],
    wallets.map(({ wallet }) => [
      wallet.displayName,
      wallet.issuerId,
      wallet.tier,
      WalletStatus[wallet.status] ?? '',
      money(wallet.availableBalance),
      money(wallet.heldBalance),
      wallet.walletId,
    ]),
  );
  return { text, data: { wallets: wallets.map(({ wallet }) => walletJson(wallet)) } };
}

async function open(
  cli: Cli,
  displayName: string,
  options: { tier: string; id?: string },
): Promise<Answer> {
  const requestId = options.id ?? cli.runtime.random.uuid();
  const { wallet } = await cli
    .as(ISSUER_ID)
    .wallets.openWallet({ requestId, displayName, tier: options.tier });
  return walletAnswer(wallet);
}

function moneyCommand(
  parent: Command,
  name: string,
  description: string,
  method: 'topUp' | 'withdraw',
): void {
  parent
    .command(`${name} <wallet> <amount...>`)
    .description(description)
    .option('--id <request-id>', 'the same id moves the money once')
    .action(
      act(async (cli: Cli, typed: string, words: string[], options: { id?: string }) => {
        const { operator, walletId } = await findWallet(cli, typed);
        const { wallet } = await operator.wallets[method]({
          walletId,
          requestId: options.id ?? cli.runtime.random.uuid(),
          amount: parseAmount(words),
        });
        return walletAnswer(wallet);
      }),
    );
}

function stateCommand(
  parent: Command,
  name: string,
  description: string,
  method: 'freezeWallet' | 'unfreezeWallet' | 'closeWallet',
): void {
  parent
    .command(`${name} <wallet>`)
    .description(description)
    .action(
      act(async (cli: Cli, typed: string) => {
        const { operator, walletId } = await findWallet(cli, typed);
        return walletAnswer((await operator.wallets[method]({ walletId })).wallet);
      }),
    );
}

async function show(cli: Cli, typed: string): Promise<Answer> {
  const { operator, walletId } = await findWallet(cli, typed);
  return walletAnswer((await operator.wallets.getWallet({ walletId })).wallet);
}

async function changeTier(cli: Cli, typed: string, tier: string): Promise<Answer> {
  const { operator, walletId } = await findWallet(cli, typed);
  return walletAnswer((await operator.wallets.changeTier({ walletId, tier })).wallet);
}

async function statement(cli: Cli, typed: string, options: { limit: number }): Promise<Answer> {
  const { operator, walletId } = await findWallet(cli, typed);
  const { entries } = await operator.wallets.listStatementEntries({
    walletId,
    pageSize: options.limit,
    pageToken: '',
  });
  const text = table(
    [
      { title: 'time' },
      { title: 'what' },
      { title: 'amount', align: 'right' },
      { title: 'balance', align: 'right' },
      { title: 'charged', align: 'right' },
      { title: 'rate', align: 'right' },
      { title: 'description' },
    ],
    entries.map((entry) => [
      moment(entry.postTime),
      (StatementEntryKind[entry.kind] ?? '').toLowerCase().replaceAll('_', ' '),
      money(entry.amount),
      money(entry.balanceAfter),
      money(entry.payeeAmount),
      entry.rate,
      entry.description,
    ]),
  );
  return { text, data: { entries: jsonOf(entries, { kind: StatementEntryKind }) } };
}

function walletAnswer(wallet: Wallet | undefined): Answer {
  if (wallet === undefined) throw new Error('an answer without a wallet');
  const { allowance } = wallet;
  const left = (amountMinor: bigint | undefined) =>
    amountMinor === undefined
      ? ''
      : money({ currencyCode: wallet.postedBalance?.currencyCode ?? 'HKD', amountMinor });
  const text = record([
    ['wallet', wallet.walletId],
    ['name', wallet.displayName],
    ['operator', wallet.issuerId],
    ['tier', wallet.tier],
    ['status', WalletStatus[wallet.status] ?? ''],
    ['available', money(wallet.availableBalance)],
    ['held', money(wallet.heldBalance)],
    ['owes', wallet.arrears?.amountMinor ? money(wallet.arrears) : ''],
    ['one payment', left(allowance?.singleMinor)],
    ['left today', left(allowance?.dayLeftMinor)],
    ['left this year', left(allowance?.yearLeftMinor)],
    ['may hold', left(allowance?.balanceMinor)],
    ['opened', moment(wallet.createTime)],
  ]);
  return { text, data: { wallet: walletJson(wallet) } };
}

function walletJson(wallet: Wallet) {
  return jsonOf(wallet, { status: WalletStatus });
}
