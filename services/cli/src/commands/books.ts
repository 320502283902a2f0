import { ParticipantKind } from '@causeway/proto/common';
import { isUuid } from '@causeway/runtime';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { findPayment } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';
import { verify } from '../verifier.ts';
import { rebuildCommand } from './rebuild.ts';

/** `positions`, `accounts`, `facts`, `books …`: what is owed, and whether it is true. */
export function bookCommands(program: Command): void {
  program
    .command('positions')
    .description('what each participant owes or is owed; a participant sees its own')
    .option('--of <participant>', 'only this partner or issuer', '')
    .action(act(positions));
  program
    .command('accounts')
    .description("the switch's own accounts, summed over their lanes")
    .action(act(accounts));
  program
    .command('facts <payment>')
    .description('the history of a payment, fact by fact')
    .action(act(facts));
  const books = program.command('books').description('the books themselves');
  books
    .command('entries <payment>')
    .description('the double entries that a payment posted')
    .action(act(entries));
  books
    .command('verify')
    .description('recompute everything from entries, with a program that trusts no service')
    .addHelpText('after', '\nExit code 1 where anything is off.\n')
    .action(act(verify));
  rebuildCommand(books);
}

async function positions(cli: Cli, options: { of: string }): Promise<Answer> {
  const { settlement } = cli.as(OPERATOR_ID);
  const { positions: found } = await settlement.listPositions({ participantId: options.of });
  const text = table(
    [
      { title: 'participant' },
      { title: 'as' },
      { title: 'captured', align: 'right' },
      { title: 'refunded', align: 'right' },
      { title: 'net', align: 'right' },
      { title: 'last booked' },
    ],
    found.map((position) => [
      position.participantId,
      (ParticipantKind[position.participantKind] ?? '').toLowerCase(),
      money(position.captured),
      money(position.refunded),
      money(position.net),
      moment(position.updateTime),
    ]),
  );
  return { text, data: { positions: jsonOf(found, { participantKind: ParticipantKind }) } };
}

async function accounts(cli: Cli): Promise<Answer> {
  const { accounts: found } = await cli.as(OPERATOR_ID).settlement.listAccounts({});
  const text = table(
    [
      { title: 'account' },
      { title: 'owner' },
      { title: 'debits', align: 'right' },
      { title: 'credits', align: 'right' },
      { title: 'debits less credits', align: 'right' },
    ],
    found.map((account) => [
      account.code,
      account.owner,
      money(account.debits),
      money(account.credits),
      money(account.balance),
    ]),
  );
  return { text, data: { accounts: jsonOf(found) } };
}

async function facts(cli: Cli, typed: string): Promise<Answer> {
  const paymentId = await paymentIdOf(cli, typed);
  const { facts: found } = await cli.as(OPERATOR_ID).routing.listPaymentFacts({ paymentId });
  const text = table(
    [
      { title: 'version', align: 'right' },
      { title: 'fact' },
      { title: 'when' },
      { title: 'detail' },
    ],
    found.map((fact) => [String(fact.version), fact.kind, moment(fact.occurTime), fact.detail]),
  );
  return { text, data: { facts: jsonOf(found) } };
}

async function entries(cli: Cli, typed: string): Promise<Answer> {
  const paymentId = await paymentIdOf(cli, typed);
  const { transfers } = await cli.as(OPERATOR_ID).settlement.listPaymentTransfers({ paymentId });
  const text = table(
    [
      { title: 'step' },
      { title: 'debit' },
      { title: 'credit' },
      { title: 'amount', align: 'right' },
      { title: 'posted' },
    ],
    transfers.map((transfer) => [
      transfer.step,
      transfer.debitAccount,
      transfer.creditAccount,
      money(transfer.amount),
      moment(transfer.postTime),
    ]),
  );
  return { text, data: { transfers: jsonOf(transfers) } };
}

/** Operators see no partner's list, so an acquirer's own id is looked up as its partner. */
async function paymentIdOf(cli: Cli, typed: string): Promise<string> {
  if (isUuid(typed)) return typed;
  return (await findPayment(cli, typed)).payment.paymentId;
}
