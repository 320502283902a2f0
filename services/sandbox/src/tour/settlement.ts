import { ParticipantKind } from '@causeway/proto/common';
import { type Window, WindowState, type WindowSum } from '@causeway/proto/settlement';
import { OPERATOR_ID } from '../seed/seed.ts';
import { minor } from './arithmetic.ts';
import { type Check, same } from './checks.ts';
import * as say from './say.ts';
import { columns, heads } from './screen.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 150;
/** How long windows may take to become final: the last facts of the tour are still on their way. */
const FINAL_PATIENCE_MS = 30_000;
/** More participants than this are no sandbox. */
const MOST_WINDOWS = 500;

/** What one participant's closed window comes to, in minor units as decimal strings. */
export interface ReportedSettlement {
  participant: string;
  /** `acquirer` or `issuer`. */
  kind: string;
  clearing_date: string;
  currency_code: string;
  captured: string;
  refunded: string;
  fees: string;
  /** captured - refunded - fees: what an acquirer is owed, or a wallet operator owes. */
  net: string;
  /** What moves for this window: the net with corrections, carried amounts and reserves. */
  due: string;
  /** When it moves. */
  value_date: string;
  items: string;
}

/**
 * Closes every participant's day so far, as an operator may, and waits until all of them are final:
 * routing has sealed them and the books hold what routing says they hold.
 */
export async function closeWindows(
  stage: Stage,
): Promise<{ settlement: ReportedSettlement[]; windows: Window[]; checks: Check[] }> {
  const closed = await closeAll(stage);
  const windows = await allFinal(stage, closed);
  const unfinished = windows.filter(({ finalTime }) => finalTime === undefined);
  const settlement = windows.flatMap(reported);
  show(stage, settlement);
  return {
    settlement,
    windows,
    checks: [
      same('every window becomes final', '', unfinished.map(nameOf).join(', ')),
      same('each net is what its parts sum to', '', windows.filter(isOff).map(nameOf).join(', ')),
    ],
  };
}

async function closeAll({ callers, screen }: Stage): Promise<Window[]> {
  const { windows } = callers.as(OPERATOR_ID);
  const { windows: open } = await windows.listWindows({
    ...{ participant: undefined, state: WindowState.OPEN },
    ...{ pageSize: MOST_WINDOWS, pageToken: '' },
  });
  screen.step('operator', 'closes the day so far of every participant', `${open.length} windows`);
  const closed: Window[] = [];
  for (const { participant, clearingDate } of open) {
    const { window } = await windows.closeWindow({ participant, clearingDate });
    if (window) closed.push(window);
  }
  return closed;
}

async function allFinal({ callers, runtime }: Stage, closed: readonly Window[]): Promise<Window[]> {
  const { windows } = callers.as(OPERATOR_ID);
  const { clock, timers } = runtime;
  const giveUpAtMs = clock.monotonicMs() + FINAL_PATIENCE_MS;
  const found: Window[] = [];
  for (const { participant, clearingDate } of closed) {
    for (;;) {
      const { window } = await windows.getWindow({ participant, clearingDate });
      if (!window) throw new Error('an answer without a window');
      const isLast = window.finalTime !== undefined || clock.monotonicMs() > giveUpAtMs;
      if (isLast) found.push(window);
      if (isLast) break;
      await timers.sleep(POLL_MS);
    }
  }
  return found;
}

function nameOf({ participant, clearingDate }: Window): string {
  return `${participant?.participantId} ${clearingDate}`;
}

/** Computed anew from what is told of the window. */
function isOff({ sums }: Window): boolean {
  return sums.some((sum) => {
    const corrections = minor(sum.adjustments) + minor(sum.disputes) + minor(sum.carried);
    const reserves = minor(sum.reserveReleased) - minor(sum.reserveHeld);
    return netOfItems(sum) + corrections + reserves !== minor(sum.net);
  });
}

function netOfItems(sum: WindowSum): bigint {
  return minor(sum.captured) - minor(sum.refunded) - minor(sum.fees);
}

function reported({ participant, clearingDate, sums }: Window): ReportedSettlement[] {
  return sums.map((sum) => ({
    participant: participant?.participantId ?? '',
    kind: (ParticipantKind[participant?.participantKind ?? 0] ?? '').toLowerCase(),
    clearing_date: clearingDate,
    currency_code: sum.currencyCode,
    captured: String(minor(sum.captured)),
    refunded: String(minor(sum.refunded)),
    fees: String(minor(sum.fees)),
    net: String(netOfItems(sum)),
    due: String(minor(sum.due)),
    value_date: sum.valueDate,
    items: String(sum.itemCount),
  }));
}

function show({ screen }: Stage, settlement: readonly ReportedSettlement[]): void {
  const money = (currencyCode: string, amountMinor: string) =>
    say.money({ currencyCode, amountMinor: BigInt(amountMinor) });
  screen.detail(
    columns(
      [
        heads('participant', 'items', 'captured', 'refunded', 'fees', 'net', 'on'),
        ...settlement.map(({ currency_code: code, ...sum }) => [
          sum.participant,
          sum.items,
          ...[sum.captured, sum.refunded, sum.fees, sum.net].map((amount) => money(code, amount)),
          sum.value_date,
        ]),
      ],
      [1, 2, 3, 4, 5],
    ),
  );
}
