import { PROJECTORS, type Projector } from '@causeway/callers';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { UsageError } from '../input/usage.ts';
import { table } from '../output/table.ts';
import { act } from '../run.ts';

const HELP = `
acquiring: partners' lists and feeds. fx: open positions. Both read routing's history from routing
itself, so NATS may be empty or away. settlement's books are compared instead: "books rebuild".
What is repaired was missing or wrong; traffic may go on.
`;

/** Reading all facts takes as long as there are facts. */
const TIMEOUT_MS = 60 * 60_000;

/** `projections rebuild`: makes what follows from facts right again. */
export function projectionCommands(program: Command): void {
  program
    .command('projections')
    .description('what services keep that follows from facts, as the operator')
    .command('rebuild [service]')
    .description(`make it right again from all facts: of ${PROJECTORS.join(', ')}, or of all`)
    .addHelpText('after', HELP)
    .action(act(rebuild));
}

async function rebuild(cli: Cli, typed?: string): Promise<Answer> {
  const { projections } = cli.as(OPERATOR_ID);
  const rebuilt: { service: string; facts: string; repaired: string }[] = [];
  for (const service of servicesNamed(typed)) {
    let last = { factCount: 0n, repairedCount: 0n, done: false };
    const progress = projections[service].rebuildProjections({}, { timeoutMs: TIMEOUT_MS });
    for await (const step of progress) last = step;
    if (!last.done) throw new Error(`the rebuild of ${service} ended before its end`);
    const [facts, repaired] = [String(last.factCount), String(last.repairedCount)];
    rebuilt.push({ service, facts, repaired });
  }
  const text = table(
    [
      { title: 'service' },
      { title: 'facts', align: 'right' },
      { title: 'repaired', align: 'right' },
    ],
    rebuilt.map(({ service, facts, repaired }) => [service, facts, repaired]),
  );
  return { text, data: { rebuilt } };
}

function servicesNamed(typed: string | undefined): readonly Projector[] {
  if (typed === undefined) return PROJECTORS;
  const named = PROJECTORS.filter((service) => service === typed);
  if (named.length > 0) return named;
  throw new UsageError(`only ${PROJECTORS.join(' and ')} have projections, not "${typed}"`);
}
