import {
  type Dispute,
  DisputeOutcome,
  DisputeReason,
  DisputeState,
  disputeReasonFromJSON,
} from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, ISSUER_ID, OPERATOR_ID } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
A wallet operator opens a dispute for its payer, the acquirer answers, the wallet operator escalates,
the acquirer contests, the operator decides; what is granted is refunded by itself.

Examples:
  causeway dispute open PAYMENT "1280 JPY" --reason duplicate --text "charged twice"
  causeway dispute answer DISPUTE --as sakura --text "two sales" --evidence "case 17"
  causeway dispute escalate DISPUTE --text "there was one"
  causeway dispute decide DISPUTE "640 JPY" --text "half of it was delivered"
`;

const REASONS = Object.keys(DisputeReason)
  .filter((name) => /^[A-Z]/.test(name) && name !== 'UNSPECIFIED')
  .map((name) => name.toLowerCase());

/** What is said with a step. */
interface Words {
  text: string;
  evidence: string;
  id?: string;
}

/** `dispute …`: payers' objections to payments. */
export function disputeCommands(program: Command): void {
  const dispute = program
    .command('dispute')
    .description('what payers object to, until its outcome')
    .addHelpText('after', EXAMPLES);
  said(dispute.command('open <payment> <amount...>'), "open a dispute, as the payer's operator")
    .requiredOption('--reason <reason>', REASONS.join(', '))
    .action(act(open));
  said(
    dispute.command('answer <dispute>'),
    'answer, or contest once it was escalated (--as)',
  ).action(
    act((cli: Cli, disputeId: string, words: Words) => {
      const { disputes } = cli.as(partnerAsked(cli));
      return answered(disputes.answerDispute(stepOf(cli, disputeId, words)));
    }),
  );
  dispute
    .command('accept <dispute>')
    .description('give in: the claim is refunded (--as an acquirer)')
    .option('--id <request-id>', 'the same id gives in once')
    .action(
      act((cli: Cli, disputeId: string, { id }: { id?: string }) => {
        const requestId = id ?? cli.runtime.random.uuid();
        return answered(cli.as(partnerAsked(cli)).disputes.acceptDispute({ requestId, disputeId }));
      }),
    );
  said(dispute.command('escalate <dispute>'), "demand the refund, as the payer's operator").action(
    act((cli: Cli, disputeId: string, words: Words) =>
      answered(cli.as(ISSUER_ID).disputes.escalateDispute(stepOf(cli, disputeId, words))),
    ),
  );
  dispute
    .command('withdraw <dispute>')
    .description("give up, as the payer's operator")
    .option('--id <request-id>', 'the same id gives up once')
    .action(
      act((cli: Cli, disputeId: string, { id }: { id?: string }) => {
        const requestId = id ?? cli.runtime.random.uuid();
        return answered(cli.as(ISSUER_ID).disputes.withdrawDispute({ requestId, disputeId }));
      }),
    );
  said(
    dispute.command('decide <dispute> <granted...>'),
    'decide as the operator: what is given back, or 0 of the currency',
  ).action(
    act((cli: Cli, disputeId: string, granted: string[], words: Words) =>
      answered(
        cli.as(OPERATOR_ID).disputes.decideDispute({
          ...stepOf(cli, disputeId, words),
          grantedAmount: parseAmount(granted),
        }),
      ),
    ),
  );
  dispute
    .command('show <dispute>')
    .description('a dispute with all that happened')
    .action(
      act((cli: Cli, disputeId: string) =>
        answered(cli.as(OPERATOR_ID).disputes.getDispute({ disputeId })),
      ),
    );
  dispute
    .command('list')
    .description('disputes, the one opened last first; a participant sees its own')
    .option('--payment <payment>', 'only those of this payment', '')
    .option('--open', 'only those without an outcome', false)
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .action(act(list));
}

function said(command: Command, description: string): Command {
  return command
    .description(description)
    .requiredOption('--text <text>', 'what is said')
    .option('--evidence <reference>', 'where the evidence is kept', '')
    .option('--id <request-id>', 'the same id says it once');
}

async function open(
  cli: Cli,
  paymentId: string,
  amount: string[],
  { reason, ...words }: Words & { reason: string },
): Promise<Answer> {
  const { requestId, statement } = stepOf(cli, '', words);
  return answered(
    cli.as(ISSUER_ID).disputes.openDispute({
      ...{ requestId, paymentId, statement, reason: reasonNamed(reason) },
      claimedAmount: parseAmount(amount),
    }),
  );
}

function reasonNamed(typed: string): DisputeReason {
  const name = typed.toLowerCase();
  if (REASONS.includes(name)) return disputeReasonFromJSON(`DISPUTE_REASON_${name.toUpperCase()}`);
  throw new UsageError(`--reason takes one of ${REASONS.join(', ')}, not "${typed}"`);
}

/** An acquirer acts in its own name; there are several, and none is meant by default. */
function partnerAsked(cli: Cli): string {
  if (cli.asked !== undefined) return cli.asked;
  throw new UsageError('say as which acquirer: --as sakura');
}

function stepOf(cli: Cli, disputeId: string, { text, evidence, id }: Words) {
  const requestId = id ?? cli.runtime.random.uuid();
  return { requestId, disputeId, statement: { text, evidenceReference: evidence } };
}

async function answered(call: Promise<{ dispute: Dispute | undefined }>): Promise<Answer> {
  const { dispute } = await call;
  if (dispute === undefined) throw new Error('an answer without a dispute');
  const steps = table(
    [
      { title: 'when' },
      { title: 'who' },
      { title: 'did' },
      { title: 'led to' },
      { title: 'and said' },
      { title: 'evidence' },
    ],
    dispute.steps.map((step) => [
      moment(step.stepTime),
      step.actorId,
      step.action,
      DisputeState[step.state] ?? '',
      step.text,
      step.evidenceReference,
    ]),
  );
  return { text: `${recordOf(dispute)}\n\n${steps}`, data: { dispute: jsonFrom(dispute) } };
}

function recordOf(dispute: Dispute): string {
  return record([
    ['dispute', dispute.disputeId],
    ['state', stateOf(dispute)],
    ['until', moment(dispute.deadlineTime)],
    ['payment', dispute.paymentId],
    ['reason', (DisputeReason[dispute.reason] ?? '').toLowerCase()],
    ['claimed', money(dispute.claimedAmount)],
    ['granted', money(dispute.grantedAmount)],
    ['taken back', money(dispute.refundedPayeeAmount)],
    ['given to payer', money(dispute.refundedPayerAmount)],
    ['refund', dispute.refundId],
    ['wallet operator', dispute.issuerId],
    ['acquirer', dispute.partnerId],
  ]);
}

function stateOf({ state, outcome }: Dispute): string {
  const name = DisputeState[state] ?? '';
  if (outcome === DisputeOutcome.UNSPECIFIED) return name;
  return `${name}: ${DisputeOutcome[outcome] ?? ''}`;
}

async function list(
  cli: Cli,
  options: { payment: string; open: boolean; limit: number },
): Promise<Answer> {
  const { disputes } = await cli.as(OPERATOR_ID).disputes.listDisputes({
    ...{ paymentId: options.payment, openOnly: options.open },
    ...{ pageSize: options.limit, pageToken: '' },
  });
  const text = table(
    [
      { title: 'opened' },
      { title: 'dispute' },
      { title: 'payment' },
      { title: 'claimed', align: 'right' },
      { title: 'state' },
      { title: 'until' },
    ],
    disputes.map((dispute) => [
      moment(dispute.createTime),
      dispute.disputeId,
      dispute.paymentId,
      money(dispute.claimedAmount),
      stateOf(dispute),
      moment(dispute.deadlineTime),
    ]),
  );
  const shown = disputes.length === 0 ? 'no disputes' : text;
  return { text: shown, data: { disputes: disputes.map(jsonFrom) } };
}

function jsonFrom(dispute: Dispute) {
  return jsonOf(dispute, {
    state: DisputeState,
    outcome: DisputeOutcome,
    reason: DisputeReason,
  });
}
