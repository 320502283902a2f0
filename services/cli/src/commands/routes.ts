import {
  CircuitState,
  EliminationReason,
  type RouteCandidate,
  type RouteExplanation,
  type RouteScore,
} from '@causeway/proto/routing';
import { isUuid } from '@causeway/runtime';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { findPayment } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
Examples:
  causeway route explain <payment>                why it went the way it went
  causeway route scores                           how each route does
  causeway route liquidity straits-sg 5000 SGD    what it may carry from now on
  causeway route liquidity straits-sg --no-limit  any amount again
`;

/** `route …`: why payments went the way they went, and how routes do. */
export function routeCommands(program: Command): void {
  const route = program
    .command('route')
    .description('why payments went the way they went, and how routes do, as the operator')
    .addHelpText('after', EXAMPLES);
  route
    .command('explain <payment>')
    .description("the choice of a payment's route, made again; by its id or the acquirer's own id")
    .action(act(explain));
  route.command('scores').description('outcomes, circuits and liquidity').action(act(scores));
  route
    .command('liquidity <route> [amount...]')
    .description('set how much a route may carry before it is passed over')
    .option('--no-limit', 'lift the limit')
    .action(act(liquidity));
}

/** Exit code 1 where the choice did not come out as it is on record. */
async function explain(cli: Cli, typed: string): Promise<Answer> {
  const paymentId = isUuid(typed) ? typed : (await findPayment(cli, typed)).payment.paymentId;
  const { explanation } = await cli.as(OPERATOR_ID).policies.explainRoute({ paymentId });
  if (explanation === undefined) throw new Error('an answer without an explanation');
  return {
    text: explanationText(explanation),
    data: { explanation: jsonOf(explanation, { eliminated: EliminationReason }) },
    failed: !explanation.reproduced,
  };
}

function explanationText(explanation: RouteExplanation): string {
  const { chosenRouteId, laterRouteIds, ruleName, reproduced } = explanation;
  const head = record([
    ['payment', explanation.paymentId],
    ['route', [chosenRouteId, ...laterRouteIds].join(', then ') || 'none'],
    ['decided by', explanation.decidedBy],
    ['rule', ruleName],
    ['made again', reproduced ? 'the same' : 'NOT THE SAME: this is an incident'],
    ['policy', String(explanation.policyVersion)],
    ['directory', String(explanation.directoryVersion)],
    ['rate board', explanation.rateBoardId],
    ['scores', explanation.scoreSnapshotId],
  ]);
  if (explanation.candidates.length === 0) return head;
  const titles = 'place route partner markup fees scheme score success of'.split(' ');
  const columns = [...titles.map(column), { title: 'left' }, { title: 'passed over' }];
  return `${head}\n\n${table(columns, explanation.candidates.map(candidateLine))}`;
}

function column(title: string) {
  const isName = title === 'route' || title === 'partner';
  return { title, align: isName ? ('left' as const) : ('right' as const) };
}

function candidateLine(candidate: RouteCandidate): string[] {
  const { rank, cost, eliminated, probe } = candidate;
  const why = eliminated === EliminationReason.UNSPECIFIED ? '' : EliminationReason[eliminated];
  return [
    rank === 0 ? '' : String(rank),
    candidate.routeId,
    candidate.partnerId,
    cost?.markupBps ?? '',
    cost?.partnerBps ?? '',
    cost?.schemeBps ?? '',
    candidate.score,
    candidate.successRate,
    String(candidate.outcomeCount),
    money(candidate.liquidityLeft),
    probe ? 'no, a probe' : (why ?? '').toLowerCase(),
  ];
}

async function scores(cli: Cli): Promise<Answer> {
  const { scores: found, scoreSnapshotId } = await cli.as(OPERATOR_ID).policies.listRouteScores({});
  const text = table(
    [
      { title: 'route' },
      { title: 'outcomes', align: 'right' },
      { title: 'went well', align: 'right' },
      { title: 'circuit' },
      { title: 'last opened' },
      { title: 'may carry', align: 'right' },
    ],
    found.map(scoreLine),
  );
  const data = jsonOf(found, { circuitState: CircuitState });
  return { text, data: { score_snapshot_id: scoreSnapshotId, scores: data } };
}

function scoreLine(score: RouteScore): string[] {
  return [
    score.routeId,
    String(score.outcomeCount),
    String(score.successCount),
    (CircuitState[score.circuitState] ?? '').toLowerCase(),
    moment(score.openedTime),
    money(score.liquidityLeft) || 'any amount',
  ];
}

async function liquidity(
  cli: Cli,
  routeId: string,
  words: readonly string[],
  options: { limit: boolean },
): Promise<Answer> {
  const amount = options.limit ? parseAmount(words) : undefined;
  await cli.as(OPERATOR_ID).policies.putLiquidity({ routeId, liquidity: amount });
  return {
    text: `${routeId} may carry ${money(amount) || 'any amount'} from now on`,
    data: { route_id: routeId, liquidity: jsonOf(amount) },
  };
}
