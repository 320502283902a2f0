import {
  type RebuildReport,
  type RebuiltTable,
  type RowDifference,
  RowDifferenceKind,
} from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment } from '../output/views.ts';
import { act } from '../run.ts';

const HELP = `
Settlement books all facts of routing's history once more, and applies every command of its own
journal, in an empty database beside its own, which is dropped afterwards. The books in use are read
as of one moment and are never written; traffic may go on.

Exit code 1 where anything differs.
`;

/** `books rebuild`: whether the books are what they were made from. */
export function rebuildCommand(books: Command): void {
  books
    .command('rebuild')
    .description('make the books again from facts and commands, and compare them')
    .option(
      '--grace <seconds>',
      'miss only bookings of facts that are older than this',
      wholeNumber('--grace', 1, 3_600),
      10,
    )
    .addHelpText('after', HELP)
    .action(act(rebuild));
}

async function rebuild(cli: Cli, { grace }: { grace: number }): Promise<Answer> {
  const steps = cli.as(OPERATOR_ID).rebuilds.rebuildBooks({ graceSeconds: grace });
  for await (const { step } of steps) {
    if (step?.$case === 'report') return answerOf(step.value);
    if (step === undefined) continue;
    const { factCount, commandCount, table: at } = step.value;
    const comparing = at === '' ? '' : `, comparing ${at}`;
    cli.show(`${factCount} facts, ${commandCount} commands${comparing}`, jsonOf(step.value));
  }
  throw new Error('the rebuild ended without a report');
}

function answerOf(report: RebuildReport): Answer {
  const data = { rebuild: jsonOf(report, { kind: RowDifferenceKind }) };
  return { text: textOf(report), data, failed: !report.identical };
}

function textOf(report: RebuildReport): string {
  const { tables, problems, lateCount, unbookableCount } = report;
  return [
    table(
      [
        { title: 'table' },
        { title: 'rows', align: 'right' },
        { title: 'made again', align: 'right' },
        { title: 'differ', align: 'right' },
      ],
      tables.map(({ name, liveCount, rebuiltCount, differenceCount }) => [
        ...[name, String(liveCount), String(rebuiltCount)],
        differenceCount === 0n ? '' : String(differenceCount),
      ]),
    ),
    '',
    ...problems,
    ...tables.flatMap(differencesIn),
    ...(lateCount > 0n ? [`${lateCount} young facts were not booked yet, and are left out`] : []),
    ...(unbookableCount > 0n ? [`${unbookableCount} facts cannot be booked`] : []),
    verdict(report),
  ].join('\n');
}

function verdict({ identical, factCount, commandCount, snapshotTime }: RebuildReport): string {
  const made = `${factCount} facts and ${commandCount} commands make`;
  const when = moment(snapshotTime);
  return identical
    ? `${made} the books as they were at ${when}: identical`
    : `${made} other books than there were at ${when}`;
}

function differencesIn({ name, differences, differenceCount }: RebuiltTable): string[] {
  const more = differenceCount - BigInt(differences.length);
  return [
    ...differences.map((difference) => `${name} ${lineOf(difference)}`),
    ...(more > 0n ? [`${name}: ${more} more`] : []),
  ];
}

function lineOf({ key, kind, columns }: RowDifference): string {
  if (kind === RowDifferenceKind.MISSING) return `${key}: the books lack it`;
  if (kind === RowDifferenceKind.UNEXPLAINED) return `${key}: nothing makes it`;
  const changes = columns.map(({ name, live, rebuilt }) => `${name} ${live}, should be ${rebuilt}`);
  return `${key}: ${changes.join('; ')}`;
}
