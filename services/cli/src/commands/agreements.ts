import { type Agreement, AgreementState } from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { wholeNumber } from '../input/whole.ts';
import { askablePartners, merchantNamed } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { record } from '../output/table.ts';
import { moment } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
Examples:
  causeway agreement offer "Siam Ride" --for "rides in Bangkok"    a link for the payer to sign by
  causeway pay 180 THB --at "Siam Ride" --agreement <agreement>    once it is signed
  causeway agreement end <agreement>
`;

/** `agreement offer|show|end`: what an acquirer does with agreements. */
export function agreementCommands(program: Command): void {
  const agreement = program
    .command('agreement')
    .description("agreements to charge payers by later, as the merchant's acquirer")
    .addHelpText('after', EXAMPLES);
  agreement
    .command('offer <merchant>')
    .description('offer an agreement, and the link to sign it by')
    .requiredOption('--for <text>', 'what it is for, shown to the payer')
    .option(
      '--ttl <seconds>',
      'how long the payer has to sign',
      wholeNumber('--ttl', 60, 86_400),
      3_600,
    )
    .option('--id <request-id>', 'the same id makes the same offer')
    .action(act(offer));
  agreement.command('show <agreement>').description('where an agreement stands').action(act(show));
  agreement
    .command('end <agreement>')
    .description('end an agreement, or take an offer back')
    .action(act(end));
}

async function offer(
  cli: Cli,
  typed: string,
  options: { for: string; ttl: number; id?: string },
): Promise<Answer> {
  const { partner, id: merchantId } = await merchantNamed(cli, typed);
  const { agreement, link } = await partner.agreements.createAgreement({
    ...{ merchantId, description: options.for, ttlSeconds: options.ttl },
    requestId: options.id ?? cli.runtime.random.uuid(),
  });
  const { text, data } = answerOf(agreement);
  return {
    text: `${text}\n\n${record([['link', link]])}`,
    data: { agreement: data, link },
  };
}

async function show(cli: Cli, agreementId: string): Promise<Answer> {
  const { agreement } = await found(cli, agreementId);
  const { text, data } = answerOf(agreement);
  return { text, data: { agreement: data } };
}

async function end(cli: Cli, agreementId: string): Promise<Answer> {
  const { partner } = await found(cli, agreementId);
  const { agreement } = await partner.agreements.endAgreement({ agreementId });
  const { text, data } = answerOf(agreement);
  return { text, data: { agreement: data } };
}

/** An agreement with the partner that offered it: the others do not see it. */
async function found(cli: Cli, agreementId: string) {
  for (const partner of await askablePartners(cli)) {
    try {
      const { agreement } = await partner.agreements.getAgreement({ agreementId });
      return { partner, agreement };
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'AGREEMENT_UNKNOWN') throw error;
    }
  }
  throw new Refusal('AGREEMENT_UNKNOWN', `no partner here has an agreement ${agreementId}`);
}

function answerOf(agreement: Agreement | undefined) {
  if (agreement === undefined) throw new Error('an answer without an agreement');
  const { agreementId, merchant, state, description, issuerId } = agreement;
  const text = record([
    ['agreement', agreementId],
    ['state', AgreementState[state] ?? ''],
    ['merchant', merchant?.displayName ?? ''],
    ['for', description],
    ['issuer', issuerId],
    ['to be signed until', state === AgreementState.OFFERED ? moment(agreement.expireTime) : ''],
  ]);
  return { text, data: jsonOf(agreement, { state: AgreementState }) };
}
