import type { Database } from '@causeway/db';
import { failpoint } from '@causeway/runtime';
import { batchSize, charges } from '../metrics.ts';
import type { ChargeCommand } from './command.ts';
import { decideCommand } from './decide.ts';
import { Beaten, loadWorkingSet } from './load.ts';
import type { ChargeAnswer } from './record.ts';
import type { Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';
import { writeWorkingSet } from './write-store.ts';

/** Each attempt sees what beat the one before it, so two writers need two. */
const MAX_ATTEMPTS = 4;

/** Executes commands of any kinds, in order, in one commit; one answer for each. */
export type ExecuteCommands = (commands: readonly ChargeCommand[]) => Promise<ChargeAnswer[]>;

/** Where charges are kept. */
export interface ChargeRows {
  /**
   * Has all that the commands may touch decided on, and commits what is left of it: all or nothing.
   * It may be decided on more than once, and what is answered is what was committed.
   */
  decideOn<T>(commands: readonly ChargeCommand[], decide: (set: WorkingSet) => T): Promise<T>;
}

/** Charges in Postgres, decided on under the locks of their wallets. */
export function chargeRows(db: Database, rules: Rules): ChargeRows {
  return {
    decideOn: (commands, decide) =>
      unlessBeaten(() =>
        db.transaction(async (tx) => {
          const set = await loadWorkingSet(tx, commands, rules);
          const decided = decide(set);
          await writeWorkingSet(tx, set, rules);
          await failpoint('wallet.charge.before_commit');
          return decided;
        }),
      ),
  };
}

/**
 * The one writer of charges. Answers after the commit, so what is answered is durable. All or
 * nothing: an error means that nothing was done, unless it is `OutcomeUnknown`.
 */
export function chargeExecutor(rows: ChargeRows, rules: Rules): ExecuteCommands {
  return async (commands) => {
    const answers = await rows.decideOn(commands, (set) =>
      commands.map((command) => decideCommand(set, command, rules)),
    );
    await failpoint('wallet.charge.committed');
    batchSize.record(commands.length);
    for (const [index, answer] of answers.entries()) count(commands[index], answer);
    return answers;
  };
}

/**
 * Tries again where another writer recorded a payment that neither had seen: there was no row to
 * lock, so the key decides, and the next attempt finds the winner's row.
 */
async function unlessBeaten<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = MAX_ATTEMPTS - 1; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const beaten = error instanceof Beaten || isTakenKey(error);
      if (left === 0 || !beaten) throw error;
    }
  }
}

function isTakenKey(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('constraint' in error)) return false;
  return error.code === '23505' && String(error.constraint).startsWith('charge');
}

function count(command: ChargeCommand | undefined, answer: ChargeAnswer): void {
  const outcome = 'refusal' in answer ? answer.refusal.reason : answer.charge.state;
  const reason = 'charge' in answer ? answer.charge.declineReason : undefined;
  charges.add(1, { command: command?.kind ?? '', outcome, reason: reason ?? '' });
}
