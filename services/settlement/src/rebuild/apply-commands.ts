import type { Database, Tx } from '@causeway/db';
import type { Command, CommandHandler } from '../commands/commands.ts';
import { commandsAfter, restoreCommand } from '../commands/store.ts';

/** What came of the commands. */
export interface CommandTally {
  commandCount: bigint;
  /** What is wrong with the journal, in words; the first of it. */
  problems: string[];
}

const PAGE = 100;
const MOST_PROBLEMS = 20;

/** Lets the commands of the live journal take effect in the empty books, in their order. */
export async function applyCommands(
  { live, scratch }: { live: Tx; scratch: Database },
  handlers: readonly CommandHandler[],
  tally: CommandTally,
  onPage: () => void,
): Promise<void> {
  const known = new Map(handlers.map((handler) => [handler.kind, handler]));
  let seq = 0n;
  for (;;) {
    const page = await commandsAfter(live, seq, PAGE);
    for (const command of page) {
      if (command.seq !== seq + 1n) tell(tally, `no command has place ${seq + 1n}`);
      ({ seq } = command);
      await apply(scratch, known.get(command.kind), command, tally);
    }
    onPage();
    if (page.length < PAGE) return;
  }
}

/** A command that cannot take effect leaves no trace, so that the comparison shows what it was for. */
async function apply(
  scratch: Database,
  handler: CommandHandler | undefined,
  command: Command,
  tally: CommandTally,
): Promise<void> {
  const { seq, kind } = command;
  if (!handler) return tell(tally, `nothing applies command ${seq}, a ${kind}`);
  try {
    await scratch.transaction(async (tx) => {
      await restoreCommand(tx, command);
      await handler.apply(tx, command);
    });
    tally.commandCount += 1n;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tell(tally, `command ${seq}, a ${kind}, does not take effect: ${why}`);
  }
}

function tell({ problems }: CommandTally, problem: string): void {
  if (problems.length < MOST_PROBLEMS) problems.push(problem);
}
