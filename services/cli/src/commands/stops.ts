import { type Stop, StopSubjectKind } from '@causeway/proto/routing';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { UsageError } from '../input/usage.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
Kinds: partner, merchant, issuer, corridor, route, and everything, whose subject is a name for why.
New payments stop at once, with everything also quotes, boards and codes; what is on its way, cancels
and refunds go on. "everything broken-books" is the switch's own stop: "causeway probe" shows why.

Examples:
  causeway stop add corridor HK-JP --reason "rate outage in Tokyo"
  causeway stop list
  causeway stop remove corridor HK-JP
  causeway stop add everything restore --reason "routing's database is restored"
`;

/** `stop …`: the operator's switch. */
export function stopCommands(program: Command): void {
  const stop = program
    .command('stop')
    .description(
      'stop new payments of a partner, merchant, issuer, corridor or route, or everything',
    )
    .addHelpText('after', EXAMPLES);
  stop
    .command('add <kind> <subject>')
    .description('stop it')
    .requiredOption('--reason <text>', 'why, for the record')
    .action(act(add));
  stop.command('remove <kind> <subject>').description('let it go on').action(act(remove));
  stop.command('list').description('everything that is stopped').action(act(list));
}

const KINDS: Readonly<Record<string, StopSubjectKind>> = {
  partner: StopSubjectKind.PARTNER,
  merchant: StopSubjectKind.MERCHANT,
  issuer: StopSubjectKind.ISSUER,
  corridor: StopSubjectKind.CORRIDOR,
  route: StopSubjectKind.ROUTE,
  everything: StopSubjectKind.EVERYTHING,
};

function kindNamed(typed: string): StopSubjectKind {
  const kind = KINDS[typed.toLowerCase()];
  if (kind !== undefined) return kind;
  throw new UsageError(`a stop is of a ${Object.keys(KINDS).join(', ')}, not of a "${typed}"`);
}

async function add(
  cli: Cli,
  kind: string,
  subjectId: string,
  { reason }: { reason: string },
): Promise<Answer> {
  const subjectKind = kindNamed(kind);
  const { stop } = await cli.as(OPERATOR_ID).stops.createStop({ subjectKind, subjectId, reason });
  if (stop === undefined) throw new Error('an answer without a stop');
  return { text: stopTable([stop]), data: { stop: stopJson(stop) } };
}

async function remove(cli: Cli, kind: string, subjectId: string): Promise<Answer> {
  const subjectKind = kindNamed(kind);
  await cli.as(OPERATOR_ID).stops.deleteStop({ subjectKind, subjectId });
  return { text: `${kind} ${subjectId} goes on`, data: { removed: true } };
}

async function list(cli: Cli): Promise<Answer> {
  const { stops } = await cli.as(OPERATOR_ID).stops.listStops({});
  return {
    text: stops.length === 0 ? 'nothing is stopped' : stopTable(stops),
    data: { stops: stops.map(stopJson) },
  };
}

function stopTable(stops: readonly Stop[]): string {
  return table(
    [
      { title: 'kind' },
      { title: 'subject' },
      { title: 'reason' },
      { title: 'by' },
      { title: 'since' },
    ],
    stops.map((stop) => [
      (StopSubjectKind[stop.subjectKind] ?? '').toLowerCase(),
      stop.subjectId,
      stop.reason,
      stop.operatorId,
      moment(stop.createTime),
    ]),
  );
}

function stopJson(stop: Stop) {
  return jsonOf(stop, { subjectKind: StopSubjectKind });
}
