import {
  WindowState as State,
  type WindowSum as SumMessage,
  type Window as WindowMessage,
} from '@causeway/proto/settlement';
import { toParticipant } from '../participants.ts';
import type { Window, WindowState, WindowSum } from './window.ts';

const STATES: Record<WindowState, State> = {
  OPEN: State.OPEN,
  CLOSED: State.CLOSED,
  PENDING: State.PENDING,
  SETTLED: State.SETTLED,
  ABORTED: State.ABORTED,
};

/** The state that a message names; empty for unspecified. */
export function stateOf(state: State): WindowState | '' {
  return (Object.keys(STATES) as WindowState[]).find((name) => STATES[name] === state) ?? '';
}

/** A window as it is answered. */
export function viewOf(window: Window, sums: readonly WindowSum[]): WindowMessage {
  return {
    participant: toParticipant(window.participant),
    clearingDate: window.clearingDate,
    state: STATES[window.state],
    closedEarly: window.closedEarly,
    sums: sums.map(sumView),
    agreementVersion: window.agreementVersion ?? 0,
    openTime: window.openedAt,
    closeTime: window.closedAt,
    finalTime: window.finalAt,
    endTime: window.endedAt,
    endReference: window.endReference ?? '',
  };
}

function sumView(sum: WindowSum): SumMessage {
  const { currencyCode } = sum;
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  return {
    currencyCode,
    itemCount: sum.itemCount,
    captured: money(sum.capturedMinor),
    refunded: money(sum.refundedMinor),
    fees: money(sum.feesMinor),
    adjustments: money(sum.adjustmentsMinor),
    disputes: money(sum.disputesMinor),
    carried: money(sum.carriedMinor),
    reserveHeld: money(sum.reserveMinor),
    reserveReleased: money(sum.releasedMinor),
    net: money(sum.netMinor),
    due: money(sum.dueMinor),
    valueDate: sum.valueDate,
    feeTier: sum.feeTier,
    monthVolume: money(sum.monthVolumeMinor),
  };
}
