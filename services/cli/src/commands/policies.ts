import type { Policy, SimulatePolicyRequest, SimulationReport } from '@causeway/proto/routing';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { momentNamed } from '../input/moment.ts';
import { readPolicy } from '../input/policy.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { policyJson, policyTable, policyText } from '../output/policy.ts';
import { record, table } from '../output/table.ts';
import { act } from '../run.ts';

const EXAMPLES = `
A policy is JSON; what "show --json" prints, "put" reads. Its rules are asked from the top, and the
first that applies counts:
  {"description": "spread PayNow",
   "rules": [{"name": "paynow", "when": {"scheme_ids": ["SG.PAYNOW"]},
              "split": {"shares": [{"route_id": "merlion-sg", "percent": 70},
                                   {"route_id": "straits-sg", "percent": 30}]}}],
   "scoring": {"failure_cost_bps": 500, "window_seconds": 300},
   "elimination": {"min_outcomes": 20, "failure_percent": 50, "open_seconds": 30,
                   "probe_one_in": 10, "close_after": 3},
   "default_route_ids": []}
Instead of "split", a rule has one of "only", "avoid", "prefer": {"route_ids": […]}.

Examples:
  causeway policy simulate paynow.json   what it would have changed, before it is stored
  causeway policy put paynow.json        check and store it
  causeway policy activate 1             put it in force
`;

/** `policy …`: how routes are chosen. */
export function policyCommands(program: Command): void {
  const policy = program
    .command('policy')
    .description('how routes are chosen: versions of the routing policy, as the operator')
    .addHelpText('after', EXAMPLES);
  policy
    .command('put <file>')
    .description('check a policy and store it as the next version; "-" reads stdin')
    .action(act(put));
  policy
    .command('show [version]')
    .description('one version, or the one in force')
    .action(act(show));
  policy
    .command('list')
    .description('all versions, newest first')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .action(act(list));
  policy
    .command('activate <version>')
    .description('put a version in force; an earlier one takes back what came after it')
    .action(act(activate));
  policy
    .command('simulate <policy>')
    .description('what a version, or a file, would have changed for payments of the past')
    .option('--from <time>', 'payments from this moment on; the last day unless given')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 1_000_000), 10_000)
    .action(act(simulate));
}

async function put(cli: Cli, file: string): Promise<Answer> {
  const { policy } = await cli
    .as(OPERATOR_ID)
    .policies.createPolicy({ policy: await readPolicy(file) });
  return answerOf(policy);
}

async function show(cli: Cli, typed: string | undefined): Promise<Answer> {
  const version = typed === undefined ? 0n : versionNamed(typed);
  return answerOf((await cli.as(OPERATOR_ID).policies.getPolicy({ version })).policy);
}

async function list(cli: Cli, { limit: pageSize }: { limit: number }): Promise<Answer> {
  const { policies } = await cli.as(OPERATOR_ID).policies.listPolicies({ pageSize, pageToken: '' });
  return { text: policyTable(policies), data: { policies: policies.map(policyJson) } };
}

async function activate(cli: Cli, typed: string): Promise<Answer> {
  const version = versionNamed(typed);
  return answerOf((await cli.as(OPERATOR_ID).policies.activatePolicy({ version })).policy);
}

interface SimulateOptions {
  from?: string;
  limit: number;
}

async function simulate(cli: Cli, typed: string, options: SimulateOptions): Promise<Answer> {
  const request: SimulatePolicyRequest = {
    policy: /^\d+$/.test(typed)
      ? { $case: 'version', value: versionNamed(typed) }
      : { $case: 'draft', value: await readPolicy(typed) },
    fromTime: options.from === undefined ? undefined : momentNamed(options.from),
    maxPayments: BigInt(options.limit),
  };
  let report: SimulationReport | undefined;
  for await (const answer of cli.as(OPERATOR_ID).policies.simulatePolicy(request)) {
    report = answer.report;
    if (report === undefined && !cli.json) {
      process.stderr.write(`\r${answer.decidedCount} of ${answer.totalCount} payments`);
    }
  }
  if (!cli.json) process.stderr.write('\r\u001b[K');
  if (report === undefined) throw new Error('a simulation without a report');
  return { text: reportText(report), data: { report: jsonOf(report) } };
}

function reportText(report: SimulationReport): string {
  const { paymentCount, changedCount, unroutedCount, moves } = report;
  const sums = record([
    ['payments', String(paymentCount)],
    ['would have gone another way', String(changedCount)],
    ['would have found no route', String(unroutedCount)],
    ['mean cost', `${report.costBpsBefore} bps before, ${report.costBpsAfter} bps after`],
    [
      'expected to go well',
      `${report.expectedSuccessBefore} before, ${report.expectedSuccessAfter} after`,
    ],
  ]);
  if (moves.length === 0) return sums;
  const lines = moves.map(({ fromRouteId, toRouteId, paymentCount: count }) => [
    fromRouteId || 'no route',
    toRouteId || 'no route',
    String(count),
  ]);
  const columns = [
    { title: 'from' },
    { title: 'to' },
    { title: 'payments', align: 'right' },
  ] as const;
  return `${sums}\n\n${table(columns, lines)}`;
}

function answerOf(policy: Policy | undefined): Answer {
  if (policy === undefined) throw new Error('an answer without a policy');
  return { text: policyText(policy), data: { policy: policyJson(policy) } };
}

function versionNamed(typed: string): bigint {
  if (/^\d{1,18}$/.test(typed)) return BigInt(typed);
  throw new UsageError(`"${typed}" is no version: "causeway policy list" shows them`);
}
