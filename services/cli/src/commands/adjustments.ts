import { ParticipantKind } from '@causeway/proto/common';
import type { Adjustment } from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { participantNamed } from '../input/settlement-agreement.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
Above zero, an acquirer is owed more and a wallet operator owes more; below zero, less. It is charged
to the participant's open window.

Examples:
  causeway adjustment post acquirer sakura --amount "-500 JPY" --reason "a fee was paid twice"
  causeway adjustment reverse 7d0f0c1e-… --reason "it was not"
  causeway adjustment list --as sakura
`;

/** `adjustment …`: reasoned corrections of what participants are owed or owe. */
export function adjustmentCommands(program: Command): void {
  const adjustment = program
    .command('adjustment')
    .description('reasoned corrections of what a participant is owed or owes')
    .addHelpText('after', EXAMPLES);
  adjustment
    .command('post <kind> <participant>')
    .description('post an adjustment for an acquirer or an issuer, as the operator')
    .requiredOption('--amount <amount>', 'by how much its net changes, such as "-500 JPY"')
    .requiredOption('--reason <text>', 'why')
    .option('--reference <text>', 'what it is about', '')
    .option('--id <request-id>', 'the same id posts once')
    .action(act(post));
  adjustment
    .command('reverse <adjustment>')
    .description('post the opposite of an adjustment, as the operator')
    .requiredOption('--reason <text>', 'why')
    .option('--id <request-id>', 'the same id reverses once')
    .action(act(reverse));
  adjustment
    .command('list [kind] [participant]')
    .description('adjustments, newest first; a participant sees its own')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .action(act(list));
}

async function post(
  cli: Cli,
  kind: string,
  participantId: string,
  options: { amount: string; reason: string; reference: string; id?: string },
): Promise<Answer> {
  const { adjustment, replay } = await cli.as(OPERATOR_ID).adjustments.postAdjustment({
    requestId: options.id ?? cli.runtime.random.uuid(),
    participant: participantNamed(kind, participantId),
    amount: parseAmount([options.amount]),
    reason: options.reason,
    reference: options.reference,
  });
  return answerOf(adjustment, replay);
}

async function reverse(
  cli: Cli,
  adjustmentId: string,
  options: { reason: string; id?: string },
): Promise<Answer> {
  const requestId = options.id ?? cli.runtime.random.uuid();
  const { reason } = options;
  const { adjustments } = cli.as(OPERATOR_ID);
  const { adjustment, replay } = await adjustments.reverseAdjustment({
    requestId,
    adjustmentId,
    reason,
  });
  return answerOf(adjustment, replay);
}

function answerOf(adjustment: Adjustment | undefined, replay: boolean): Answer {
  if (adjustment === undefined) throw new Error('an answer without an adjustment');
  return { text: linesOf([adjustment]), data: { adjustment: jsonFrom(adjustment), replay } };
}

async function list(
  cli: Cli,
  kind: string | undefined,
  participantId: string | undefined,
  options: { limit: number },
): Promise<Answer> {
  const { adjustments } = await cli.as(OPERATOR_ID).adjustments.listAdjustments({
    participant: kind === undefined ? undefined : participantNamed(kind, participantId ?? ''),
    ...{ pageSize: options.limit, pageToken: '' },
  });
  const text = adjustments.length === 0 ? 'no adjustments' : linesOf(adjustments);
  return { text, data: { adjustments: adjustments.map(jsonFrom) } };
}

function linesOf(adjustments: readonly Adjustment[]): string {
  return table(
    [
      { title: 'posted' },
      { title: 'adjustment' },
      { title: 'participant' },
      { title: 'amount', align: 'right' },
      { title: 'reason' },
      { title: 'reference' },
      { title: 'reverses' },
    ],
    adjustments.map((adjustment) => [
      moment(adjustment.postTime),
      adjustment.adjustmentId,
      adjustment.participant?.participantId ?? '',
      money(adjustment.amount),
      adjustment.reason,
      adjustment.reference,
      adjustment.reversesAdjustmentId,
    ]),
  );
}

function jsonFrom(adjustment: Adjustment) {
  return jsonOf(adjustment, { participantKind: ParticipantKind });
}
