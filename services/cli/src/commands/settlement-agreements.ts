import type { SettlementAgreement } from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { participantNamed, readAgreement } from '../input/settlement-agreement.ts';
import { wholeNumber } from '../input/whole.ts';
import { agreementJson, agreementTable, agreementText } from '../output/settlement-agreement.ts';
import { act } from '../run.ts';

const HELP = `
An agreement is JSON; what "show --json" prints, "put" reads. "causeway settlement-agreement example"
prints one. Amounts are minor units as decimal strings, shares basis points as decimal strings.
It holds from its first clearing day until another one begins; a day that is closed never changes.

Examples:
  causeway settlement-agreement example > sakura.json
  causeway settlement-agreement put sakura.json
  causeway settlement-agreement show acquirer sakura --on 2026-12-01
  causeway settlement-agreement list issuer harbour-wallet
`;

/** What `example` prints: everything that an agreement can say. */
export const EXAMPLE = {
  agreement: {
    participant: { participant_kind: 'ACQUIRER', participant_id: 'sakura' },
    effective_from: '2027-01-01',
    settlement_currency_code: '',
    time_zone: 'Asia/Tokyo',
    cut_off_seconds: 0,
    value_date: {
      business_days: 2,
      calendars: [
        { country_code: 'HK', extra_holidays: [], removed_holidays: [] },
        { country_code: 'JP', extra_holidays: [], removed_holidays: [] },
      ],
    },
    method: 'NET',
    fees: [
      {
        currency_code: 'JPY',
        tiers: [
          { from_volume_minor: '0', bps: '90', fixed_minor: '5' },
          { from_volume_minor: '10000000', bps: '72.5', fixed_minor: '0' },
        ],
        min_minor: '5',
        max_minor: '0',
        refundable: true,
      },
    ],
    minimum_payouts: [{ currency_code: 'JPY', amount_minor: '1000' }],
    reserve: { bps: '200', days: 30 },
    payout_accounts: [
      {
        currency_code: 'JPY',
        account_name: 'Sakura Acquiring',
        local_number: '0001-123-1234567',
        bic: 'SAKUJPJT',
        address: {
          address_line: '1-2-3 Yanaka',
          city: 'Tokyo',
          postal_code: '110-0001',
          country_code: 'JP',
        },
      },
    ],
  },
};

/** `settlement-agreement …`: how participants are settled. */
export function settlementAgreementCommands(program: Command): void {
  const agreement = program
    .command('settlement-agreement')
    .description('how acquirers and wallet operators are settled: versions of their agreements')
    .addHelpText('after', HELP);
  agreement
    .command('put <file>')
    .description('store an agreement as its participant\'s next version; "-" reads stdin')
    .option('--id <uuid>', 'the idempotency key; a new one unless given')
    .action(act(put));
  agreement
    .command('show <kind> <participant>')
    .description('the agreement of an "acquirer" or "issuer", the last that begins unless --on')
    .option('--on <day>', 'the one in force on that clearing day, such as 2026-12-01')
    .action(act(show));
  agreement
    .command('list [kind] [participant]')
    .description('all versions, of one participant or of all')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 100)
    .action(act(list));
  agreement
    .command('example')
    .description('print an agreement to begin with')
    .action(() => {
      process.stdout.write(`${JSON.stringify(EXAMPLE, undefined, 2)}\n`);
    });
}

async function put(cli: Cli, file: string, { id }: { id?: string }): Promise<Answer> {
  const { agreement, replay } = await cli.as(OPERATOR_ID).settlementAgreements.putAgreement({
    commandId: id ?? cli.runtime.random.uuid(),
    agreement: await readAgreement(file),
  });
  const { text, data } = answerOf(agreement);
  return { text, data: { ...data, replay } };
}

async function show(
  cli: Cli,
  kind: string,
  participantId: string,
  { on: clearingDate = '' }: { on?: string },
): Promise<Answer> {
  const participant = participantNamed(kind, participantId);
  const { agreement } = await cli
    .as(OPERATOR_ID)
    .settlementAgreements.getAgreement({ participant, clearingDate });
  return answerOf(agreement);
}

async function list(
  cli: Cli,
  kind: string | undefined,
  participantId: string | undefined,
  { limit: pageSize }: { limit: number },
): Promise<Answer> {
  const participant = kind === undefined ? undefined : participantNamed(kind, participantId ?? '');
  const { agreements } = await cli
    .as(OPERATOR_ID)
    .settlementAgreements.listAgreements({ participant, pageSize, pageToken: '' });
  return {
    text: agreementTable(agreements),
    data: { agreements: agreements.map(agreementJson) },
  };
}

function answerOf(agreement: SettlementAgreement | undefined) {
  if (agreement === undefined) throw new Error('an answer without an agreement');
  return { text: agreementText(agreement), data: { agreement: agreementJson(agreement) } };
}
