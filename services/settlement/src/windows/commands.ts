import type { Tx } from '@causeway/db';
import { Refusal } from '@causeway/runtime';
import type { Command, CommandHandler, Json } from '../commands/commands.ts';
import { contentIdOf } from '../files/content-id.ts';
import { publishFiles } from '../files/store.ts';
import { charge, post } from '../postings/post.ts';
import { takeCharges } from '../postings/store.ts';
import { type FinalBody, finalOf, keyFrom } from './body.ts';
import { finalPostings, settlementPostings } from './postings.ts';
import {
  addSums,
  closeWindow,
  endWindow,
  finishWindow,
  openWindow,
  releaseReserves,
  sumsOf,
} from './store.ts';
import type { WindowKey } from './window.ts';

/** A window's key in a command. */
type KeyBody = { kind: string; id: string; clearingDate: string };

export const OPEN_WINDOW: CommandHandler<KeyBody> = {
  kind: 'window.open',
  apply: (tx, { body, recordedAt }) => openWindow(tx, keyFrom(body), recordedAt),
};

export const CLOSE_WINDOW: CommandHandler<KeyBody & { early: boolean }> = {
  kind: 'window.close',
  apply: (tx, { body, recordedAt }) => closeWindow(tx, keyFrom(body), body.early, recordedAt),
};

/** Makes a window final: what it comes to was computed from the bookings and is in the command. */
export const FINISH_WINDOW: CommandHandler<FinalBody> = {
  kind: 'window.finish',
  async apply(tx, command) {
    const key = keyFrom(command.body);
    const final = finalOf(command.body);
    const { agreementVersion, chargesThrough } = final;
    const mark = { agreementVersion, chargesThrough, finalAt: command.recordedAt };
    if (!(await finishWindow(tx, key, mark))) {
      throw new Refusal(
        'WINDOW_NOT_CLOSED',
        'the window is not closed, or one before it is not final',
      );
    }
    await takeCharges(tx, key.participant, key.clearingDate, chargesThrough);
    await releaseReserves(tx, key);
    await addSums(tx, key, final.sums);
    await publishFiles(tx, contentIdOf(key, final.sums));
    await post(tx, command, finalPostings(key, final));
    const carried = final.sums.filter(({ netMinor, dueMinor }) => netMinor !== dueMinor);
    await carry(
      tx,
      command,
      key,
      carried.map(({ currencyCode, netMinor }) => ({ currencyCode, amountMinor: netMinor })),
    );
    if (final.sums.every(({ dueMinor }) => dueMinor === 0n)) {
      await endWindow(tx, key, 'SETTLED', NOTHING_DUE, command.recordedAt);
    }
  },
};

/** Why a window is settled as soon as it is final. */
const NOTHING_DUE = 'nothing due';

/** The money of a window has moved. */
export const SETTLE_WINDOW: CommandHandler<
  KeyBody & { bankReference: string; method: 'net' | 'gross' }
> = {
  kind: 'window.settle',
  async apply(tx, command) {
    const { bankReference, method } = command.body;
    const key = keyFrom(command.body);
    await end(tx, key, 'SETTLED', bankReference, command.recordedAt);
    const sums = await sumsOf(tx, [key]);
    await post(tx, command, settlementPostings(key, sums, method, bankReference));
  },
};

/** A window is given up: what was due is of the next one. */
export const ABORT_WINDOW: CommandHandler<KeyBody & { reason: string }> = {
  kind: 'window.abort',
  async apply(tx, command) {
    const key = keyFrom(command.body);
    await end(tx, key, 'ABORTED', command.body.reason, command.recordedAt);
    const due = (await sumsOf(tx, [key])).filter(({ dueMinor }) => dueMinor !== 0n);
    await carry(
      tx,
      command,
      key,
      due.map(({ currencyCode, dueMinor }) => ({ currencyCode, amountMinor: dueMinor })),
    );
  },
};

async function end(
  tx: Tx,
  key: WindowKey,
  state: 'SETTLED' | 'ABORTED',
  reference: string,
  endedAt: Date,
): Promise<void> {
  if (await endWindow(tx, key, state, reference, endedAt)) return;
  throw new Refusal(
    'WINDOW_NOT_PENDING',
    'the window is not pending: it is not final yet, or ended',
  );
}

/** The money stays where it is in the books; only the window that it is settled with changes. */
function carry(
  tx: Tx,
  command: Command<Json>,
  { participant, clearingDate }: WindowKey,
  amounts: readonly { currencyCode: string; amountMinor: bigint }[],
): Promise<void> {
  const reference = `window ${clearingDate}`;
  return charge(
    tx,
    command,
    amounts.map((amount) => ({ ...amount, participant, kind: 'carry' as const, reference })),
  );
}
