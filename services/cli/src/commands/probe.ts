import type { GetBooksProbeResponse, ProbedBooks } from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment } from '../output/views.ts';
import { act } from '../run.ts';

const HELP = `
Every service looks at its own books all the time, and settlement compares wallet operators' with the
switch's. Where a rule is broken, new quotes and payments are stopped; what is on its way, cancels and
refunds go on. Repair what is wrong, see that it is found good with --now, and lift the stop with
"causeway stop remove everything broken-books": as long as a rule is broken it comes back.

Exit code 1 where a rule is broken.
`;

const LOOK_MS = 10_000;
/** A look at everything takes as long as there are books. */
const LOOK_NOW_MS = 15 * 60_000;

/** `probe`: what the continuous look at all books has found. */
export function probeCommands(program: Command): void {
  program
    .command('probe')
    .description('whether all books are good, by the continuous look at them, as the operator')
    .option('--now', 'have everybody look at all of their books first, however long that takes')
    .addHelpText('after', HELP)
    .action(act(probe));
}

async function probe(cli: Cli, { now }: { now?: boolean }): Promise<Answer> {
  const { probes, stops } = cli.as(OPERATOR_ID);
  const found = await probes.getBooksProbe(
    { lookNow: now === true },
    { timeoutMs: now === true ? LOOK_NOW_MS : LOOK_MS },
  );
  const inForce = await stops.listStops({});
  const halts = inForce.stops.filter(({ operatorId }) => operatorId === 'service settlement');
  const since = halts.map(
    ({ createTime, reason }) => `stopped since ${moment(createTime)}: ${reason}`,
  );
  return {
    text: [textOf(found), ...since].join('\n'),
    data: { probe: jsonOf(found), stopped: halts.length > 0 },
    failed: found.broken,
  };
}

function textOf({ books, broken, goodTime }: GetBooksProbeResponse): string {
  const verdict = broken ? 'a rule is broken' : 'no rule is broken';
  const good = goodTime === undefined ? '' : `; all was last found good at ${moment(goodTime)}`;
  return [
    table(
      [{ title: 'books' }, { title: 'found good' }, { title: 'what is wrong' }],
      books.map(line),
    ),
    '',
    `${verdict}${good}`,
  ].join('\n');
}

function line({ name, findings, goodTime, failure, unbookedCount }: ProbedBooks): string[] {
  const wrong = findings.map(({ rule, detail }) => `${rule}: ${detail}`);
  const unknown = failure === '' ? [] : [`cannot be told: ${failure}`];
  const late = unbookedCount > 0n ? [`${unbookedCount} payments are not booked yet`] : [];
  return [name, moment(goodTime), [...wrong, ...unknown, ...late].join('; ')];
}
