import { type Participant, ParticipantKind } from '@causeway/proto/common';
import type { Cover } from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { parseAmount, parseCurrency } from '../input/amount.ts';
import { UsageError } from '../input/usage.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
A wallet operator owes the switch for what its users paid, an acquirer for refunds beyond what it is
owed. How much is bounded by a net debit cap, which is credit, and by what was paid in ahead.

Examples:
  causeway cover list                                      what is used, leased and left
  causeway cover cap issuer harbour-wallet "500,000 HKD"   grant credit
  causeway cover cap acquirer sakura JPY --none            no limit
  causeway cover top-up issuer harbour-wallet "20,000 HKD" --reference "wire 8812"
  causeway cover withdraw issuer harbour-wallet "5,000 HKD" --reference "wire 8813"
`;

/** `cover …`: how far participants may come to owe the switch. */
export function coverCommands(program: Command): void {
  const cover = program
    .command('cover')
    .description('net debit caps and prefunding of participants, live')
    .addHelpText('after', EXAMPLES);
  cover
    .command('list')
    .description('where cover stands; a participant sees its own')
    .option('--of <participant>', 'only this partner or issuer', '')
    .action(act(list));
  cover
    .command('cap <side> <participant> <amount...>')
    .description('set a net debit cap: "acquirer" or "issuer", an id, an amount with its currency')
    .option('--none', 'lift it; the amount is then a currency alone')
    .option('--id <command-id>', 'a UUID; the same id sets it once')
    .action(act(cap));
  for (const [name, description] of [
    ['top-up', 'book liquidity that a participant paid in'],
    ['withdraw', 'book liquidity that is paid back; what is used stays'],
  ] as const) {
    cover
      .command(`${name} <side> <participant> <amount...>`)
      .description(description)
      .requiredOption('--reference <text>', 'what finds the transfer again at the bank')
      .option('--id <command-id>', 'a UUID; the same id books it once')
      .action(act(name === 'top-up' ? topUp : withdraw));
  }
}

async function list(cli: Cli, { of: participantId }: { of: string }): Promise<Answer> {
  return shown((await cli.as(OPERATOR_ID).cover.listCover({ participantId })).covers);
}

interface CapOptions {
  none?: boolean;
  id?: string;
}

async function cap(
  cli: Cli,
  side: string,
  id: string,
  words: string[],
  options: CapOptions,
): Promise<Answer> {
  const amount = options.none ? undefined : parseAmount(words);
  const currencyCode = amount?.currencyCode ?? parseCurrency(words.join(' '));
  const { cover } = await cli.as(OPERATOR_ID).cover.setCap({
    commandId: options.id ?? cli.runtime.random.uuid(),
    participant: participantNamed(side, id),
    ...{ currencyCode, capMinor: amount?.amountMinor },
  });
  return shown(cover ? [cover] : []);
}

interface MoveOptions {
  reference: string;
  id?: string;
}

async function topUp(cli: Cli, ...typed: Typed): Promise<Answer> {
  const { cover } = await cli.as(OPERATOR_ID).cover.topUp(moveRequest(cli, ...typed));
  return shown(cover ? [cover] : []);
}

async function withdraw(cli: Cli, ...typed: Typed): Promise<Answer> {
  const { cover } = await cli.as(OPERATOR_ID).cover.withdraw(moveRequest(cli, ...typed));
  return shown(cover ? [cover] : []);
}

type Typed = [side: string, id: string, words: string[], options: MoveOptions];

function moveRequest(cli: Cli, ...[side, id, words, options]: Typed) {
  return {
    commandId: options.id ?? cli.runtime.random.uuid(),
    participant: participantNamed(side, id),
    amount: parseAmount(words),
    reference: options.reference,
  };
}

function participantNamed(side: string, participantId: string): Participant {
  const kinds = { acquirer: ParticipantKind.ACQUIRER, issuer: ParticipantKind.ISSUER };
  if (side !== 'acquirer' && side !== 'issuer') {
    throw new UsageError(`"${side}" is no side: write acquirer or issuer`);
  }
  return { participantKind: kinds[side], participantId };
}

function shown(covers: readonly Cover[]): Answer {
  const text = table(
    [
      { title: 'participant' },
      { title: 'as' },
      { title: 'cap', align: 'right' },
      { title: 'prefunded', align: 'right' },
      { title: 'used', align: 'right' },
      { title: 'leased', align: 'right' },
      { title: 'reserved', align: 'right' },
      { title: 'available', align: 'right' },
      { title: 'reported' },
    ],
    covers.map((cover) => [
      cover.participant?.participantId ?? '',
      (ParticipantKind[cover.participant?.participantKind ?? 0] ?? '').toLowerCase(),
      cover.limited ? money(cover.cap) : 'none',
      money(cover.prefunded),
      money(cover.used),
      money(cover.leased),
      money(cover.reserved),
      cover.limited ? money(cover.available) : '',
      moment(cover.reportTime),
    ]),
  );
  return { text, data: { covers: jsonOf(covers, { participantKind: ParticipantKind }) } };
}
