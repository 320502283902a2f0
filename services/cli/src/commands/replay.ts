import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { momentNamed } from '../input/moment.ts';
import { act } from '../run.ts';

const EXAMPLES = `
After the storage of NATS was lost, or for a projection that is rebuilt. Whoever knows a fact
already is not changed by it.

Examples:
  causeway replay                              everything
  causeway replay --from 2026-04-13T00:00:00Z  what happened since
`;

/** `replay`: delivers the history again. */
export function replayCommands(program: Command): void {
  program
    .command('replay')
    .description('publish facts of the past once more')
    .option('--from <time>', 'only those from this moment on, as 2026-04-13T00:00:00Z')
    .addHelpText('after', EXAMPLES)
    .action(act(replay));
}

async function replay(cli: Cli, { from }: { from?: string }): Promise<Answer> {
  const fromTime = from === undefined ? undefined : momentNamed(from);
  let queued = 0n;
  for await (const { queuedCount } of cli.as(OPERATOR_ID).facts.replayFacts({ fromTime })) {
    queued = queuedCount;
  }
  return { text: `${queued} facts are queued`, data: { queued: String(queued) } };
}
