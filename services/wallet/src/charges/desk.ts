import { type Coalesced, coalesce } from '@causeway/batch';
import type { Runtime } from '@causeway/runtime';
import type { ChargeCommand } from './command.ts';
import type { ExecuteCommands } from './execute.ts';
import type { ChargeAnswer } from './record.ts';

/** Takes one command at a time, while batches of them are executed behind it. */
export type ChargeDesk = Coalesced<ChargeCommand, ChargeAnswer>;

/**
 * Opens the desk. Commands that wait while a batch is in flight make the next one; one payment's
 * commands may share a batch, since each is decided on what the ones before it left.
 */
export function chargeDesk(
  execute: ExecuteCommands,
  runtime: Runtime,
  together?: (command: ChargeCommand) => unknown,
): ChargeDesk {
  return coalesce<ChargeCommand, ChargeAnswer>({
    ...{ name: 'wallet.charges', runtime, execute, together },
  });
}
