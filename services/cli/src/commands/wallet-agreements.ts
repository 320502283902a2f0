import { AgreementState } from '@causeway/proto/acquiring';
import { AgreementPeriod, type WalletAgreement } from '@causeway/proto/wallet';
import { type Command, Option } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { wholeNumber } from '../input/whole.ts';
import { findWallet } from '../lookup.ts';
import { type Json, jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

const PERIODS = { day: AgreementPeriod.DAY, month: AgreementPeriod.MONTH } as const;

/** `wallet sign|agreements|suspend|resume|end`: what a payer does with agreements. */
export function walletAgreementCommands(wallet: Command): void {
  wallet
    .command('sign <wallet> <link>')
    .description('sign an agreement that an acquirer offers, with caps of the payer')
    .requiredOption('--charge-cap <amount>', 'the most for one charge, such as "200 HKD"')
    .requiredOption('--period-cap <amount>', 'the most for all charges of one period')
    .addOption(
      new Option('--period <period>', 'how often that starts anew')
        .choices(Object.keys(PERIODS))
        .default('month'),
    )
    .action(act(sign));
  wallet
    .command('agreements <wallet>')
    .description('the agreements of a wallet, newest first')
    .option('--limit <count>', 'at most this many', wholeNumber('--limit', 1, 500), 50)
    .action(act(list));
  changeCommand(wallet, 'suspend', 'stop charges for now', 'suspendAgreement');
  changeCommand(wallet, 'resume', 'let charges go on', 'resumeAgreement');
  changeCommand(wallet, 'end', 'end an agreement for ever', 'endAgreement');
}

async function sign(
  cli: Cli,
  typed: string,
  payload: string,
  options: { chargeCap: string; periodCap: string; period: keyof typeof PERIODS },
): Promise<Answer> {
  const { operator, walletId } = await findWallet(cli, typed);
  const { wallets } = await cli.callers.appOf(operator.id, walletId);
  const { agreement } = await wallets.signAgreement({
    ...{ walletId, payload, period: PERIODS[options.period] },
    chargeCap: parseAmount([options.chargeCap]),
    periodCap: parseAmount([options.periodCap]),
  });
  return agreementAnswer(agreement);
}

async function list(cli: Cli, typed: string, options: { limit: number }): Promise<Answer> {
  const { operator, walletId } = await findWallet(cli, typed);
  const { agreements } = await operator.wallets.listAgreements({
    ...{ walletId, pageSize: options.limit, pageToken: '' },
  });
  const text = table(
    [
      { title: 'signed' },
      { title: 'merchant' },
      { title: 'for' },
      { title: 'state' },
      { title: 'a charge', align: 'right' },
      { title: 'a period', align: 'right' },
      { title: 'used', align: 'right' },
      { title: 'agreement' },
    ],
    agreements.map((agreement) => [
      moment(agreement.createTime),
      agreement.merchant?.displayName ?? '',
      agreement.description,
      AgreementState[agreement.state] ?? '',
      money(agreement.chargeCap),
      `${money(agreement.periodCap)} a ${periodOf(agreement)}`,
      money(agreement.periodUsed),
      agreement.agreementId,
    ]),
  );
  return { text, data: { agreements: agreements.map(agreementJson) } };
}

function changeCommand(
  parent: Command,
  name: string,
  description: string,
  method: 'suspendAgreement' | 'resumeAgreement' | 'endAgreement',
): void {
  parent
    .command(`${name} <wallet> <agreement>`)
    .description(`${description}, as the payer`)
    .action(
      act(async (cli: Cli, typed: string, agreementId: string) => {
        const { operator, walletId } = await findWallet(cli, typed);
        const { wallets } = await cli.callers.appOf(operator.id, walletId);
        return agreementAnswer((await wallets[method]({ walletId, agreementId })).agreement);
      }),
    );
}

function agreementAnswer(agreement: WalletAgreement | undefined): Answer {
  if (agreement === undefined) throw new Error('an answer without an agreement');
  const text = record([
    ['agreement', agreement.agreementId],
    ['state', AgreementState[agreement.state] ?? ''],
    ['merchant', agreement.merchant?.displayName ?? ''],
    ['for', agreement.description],
    ['one charge', money(agreement.chargeCap)],
    [`a ${periodOf(agreement)}`, money(agreement.periodCap)],
    ['used', money(agreement.periodUsed)],
    ['unpaid in a row', String(agreement.unpaidCount)],
    ['signed', moment(agreement.createTime)],
  ]);
  return { text, data: { agreement: agreementJson(agreement) } };
}

function periodOf({ period }: WalletAgreement): string {
  return (AgreementPeriod[period] ?? '').toLowerCase();
}

function agreementJson(agreement: WalletAgreement): Json {
  return jsonOf(agreement, { state: AgreementState, period: AgreementPeriod });
}
