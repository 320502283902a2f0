import { FACT_CONSUMERS, type FactConsumer } from '@causeway/callers';
import type { ParkedFact } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { moment } from '../output/views.ts';
import { act } from '../run.ts';

const HELP = `
A fact that a service cannot take in is parked after five tries, so that the others flow. Repair its
cause, then retry it; a fact that shall never take effect there is dropped, and stays on record.

Examples:
  causeway parked list
  causeway parked retry                     all of them
  causeway parked retry <fact>
  causeway parked drop <fact> --reason "of a payment that was settled by hand"
`;

/** `parked …`: facts that services could not take in. */
export function parkedCommands(program: Command): void {
  const parked = program
    .command('parked')
    .description('facts that a service could not take in, as the operator')
    .addHelpText('after', HELP);
  parked
    .command('list')
    .description('what is parked where, and why')
    .option('--dropped', 'those that were given up, too')
    .option(
      '--limit <count>',
      'at most so many of each service',
      wholeNumber('--limit', 1, 500),
      50,
    )
    .action(act(list));
  parked
    .command('retry [fact]')
    .description('take them in once more: one, or all')
    .action(act(retry));
  parked
    .command('drop <fact>')
    .description('give one up')
    .requiredOption('--reason <text>', 'why, for the record')
    .action(act(drop));
}

async function list(cli: Cli, options: { dropped?: boolean; limit: number }): Promise<Answer> {
  const { parked } = cli.as(OPERATOR_ID);
  const asked = { limit: options.limit, withDropped: options.dropped === true };
  const answers = await Promise.all(
    FACT_CONSUMERS.map(async (service) => parked[service].listParkedFacts(asked)),
  );
  const facts = answers.flatMap((answer) => answer.facts);
  const text = facts.length === 0 ? 'nothing is parked' : parkedTable(facts);
  return { text, data: { parked: jsonOf(facts) } };
}

/** Exit code 1 where one failed again. */
async function retry(cli: Cli, factId = ''): Promise<Answer> {
  const { parked } = cli.as(OPERATOR_ID);
  const answers = await each(factId, (service) => parked[service].retryParkedFacts({ factId }));
  const sum = (count: (answer: (typeof answers)[number]) => number) =>
    answers.reduce((total, answer) => total + count(answer), 0);
  const [handled, failed] = [sum((a) => a.handledCount), sum((a) => a.failedCount)];
  return {
    text: `${handled} took effect, ${failed} failed again`,
    data: { handled, failed },
    failed: failed > 0,
  };
}

async function drop(cli: Cli, factId: string, { reason }: { reason: string }): Promise<Answer> {
  const { parked } = cli.as(OPERATOR_ID);
  const answers = await each(factId, (service) =>
    parked[service].dropParkedFact({ factId, reason }),
  );
  const dropped = answers.flatMap(({ fact }) => fact ?? []);
  return { text: parkedTable(dropped), data: { dropped: jsonOf(dropped) } };
}

/** Asks every service; one that has no such fact is passed over where another has it. */
async function each<T>(factId: string, call: (service: FactConsumer) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  let unknown: Refusal | undefined;
  for (const service of FACT_CONSUMERS) {
    try {
      answers.push(await call(service));
    } catch (error) {
      const isUnknown = error instanceof Refusal && error.reason === 'PARKED_FACT_UNKNOWN';
      if (!isUnknown || factId === '') throw error;
      unknown = error;
    }
  }
  if (answers.length === 0 && unknown) throw unknown;
  return answers;
}

function parkedTable(facts: readonly ParkedFact[]): string {
  return table(
    [
      { title: 'since' },
      { title: 'consumer' },
      { title: 'fact' },
      { title: 'subject' },
      { title: 'tries', align: 'right' },
      { title: 'why' },
      { title: 'dropped' },
    ],
    facts.map((fact) => [
      ...[moment(fact.parkTime), fact.consumer, fact.factId, fact.subject, String(fact.tries)],
      ...[fact.error, fact.dropReason === '' ? '' : `${fact.dropReason} (${fact.droppedBy})`],
    ]),
  );
}
