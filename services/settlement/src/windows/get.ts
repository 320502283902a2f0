import type { Database } from '@causeway/db';
import type { GetWindowRequest, Window as WindowMessage } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { type Caller, maySee } from '../viewer.ts';
import { type BookedTotal, bookedTotals } from './items-store.ts';
import { keyNamed, unknownWindow, windowNamed } from './named.ts';
import { sumsOf } from './store.ts';
import { viewOf } from './view.ts';
import type { Window, WindowSum } from './window.ts';

/**
 * One window; one that is not final tells what it holds so far. Throws FIELD_INVALID,
 * WINDOW_UNKNOWN.
 */
export async function getWindow(
  db: Database,
  caller: Caller,
  request: GetWindowRequest,
): Promise<WindowMessage> {
  const key = keyNamed(new RequestFields(), request);
  if (!maySee(caller, key.participant)) throw unknownWindow();
  return described(db, await windowNamed(db, key));
}

/** A window with what it comes to, or holds so far. */
export async function described(db: Database, window: Window): Promise<WindowMessage> {
  const sums = window.finalAt === undefined ? await soFar(db, window) : await sumsOf(db, [window]);
  return viewOf(window, sums);
}

/** What an acquirer's payments come to here is in their own currencies: nothing is settled yet. */
async function soFar(db: Database, window: Window): Promise<WindowSum[]> {
  const sums = new Map<string, WindowSum>();
  for (const total of await bookedTotals(db, window)) {
    const { currencyCode, capturedMinor, refundedMinor } = sideOf(window, total);
    const before = sums.get(currencyCode) ?? emptySum(currencyCode, window.clearingDate);
    const netMinor = before.netMinor + capturedMinor - refundedMinor;
    sums.set(currencyCode, {
      ...before,
      itemCount: before.itemCount + total.itemCount,
      capturedMinor: before.capturedMinor + capturedMinor,
      refundedMinor: before.refundedMinor + refundedMinor,
      ...{ netMinor, dueMinor: netMinor },
    });
  }
  return [...sums.values()];
}

function sideOf({ participant }: Window, total: BookedTotal) {
  return participant.kind === 'acquirer'
    ? {
        currencyCode: total.payeeCurrency,
        capturedMinor: total.payeeCapturedMinor,
        refundedMinor: total.payeeRefundedMinor,
      }
    : {
        currencyCode: total.payerCurrency,
        capturedMinor: total.payerCapturedMinor,
        refundedMinor: total.payerRefundedMinor,
      };
}

function emptySum(currencyCode: string, valueDate: string): WindowSum {
  return {
    ...{ currencyCode, valueDate, feeTier: 0, releaseDate: undefined },
    ...{ itemCount: 0n, capturedMinor: 0n, refundedMinor: 0n, feesMinor: 0n },
    ...{ adjustmentsMinor: 0n, disputesMinor: 0n, carriedMinor: 0n },
    ...{ reserveMinor: 0n, releasedMinor: 0n, netMinor: 0n, dueMinor: 0n, monthVolumeMinor: 0n },
  };
}
