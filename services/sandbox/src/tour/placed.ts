import { eachLine } from '@causeway/callers';
import { readItem } from '@causeway/clearing';
import { type Payment, PaymentState } from '@causeway/proto/common';
import type { Stage } from './stage.ts';

/** A closed window with the payments that its items files capture. */
export interface FiledWindow {
  participantId: string;
  clearingDate: string;
  /** How often each payment stands there as a capture. */
  captures: ReadonlyMap<string, number>;
}

/** Counts the captures of items files, payment by payment. */
export async function capturesIn(paths: readonly string[]): Promise<Map<string, number>> {
  const captures = new Map<string, number>();
  for (const path of paths) {
    let isHeader = true;
    await eachLine(path, (line) => {
      const item = isHeader ? undefined : readItem(Buffer.from(line).toString());
      isHeader = false;
      if (item?.kind !== 'capture') return;
      captures.set(item.paymentId, (captures.get(item.paymentId) ?? 0) + 1);
    });
  }
  return captures;
}

/**
 * The payments of the tour that are not where they should be: one that was captured stands once with
 * each of its sides, on its day; any other stands nowhere.
 */
export async function misplaced(
  { callers, payments }: Stage,
  windows: readonly FiledWindow[],
): Promise<string[]> {
  const found: string[] = [];
  for (const { partnerId, paymentId } of payments.values()) {
    const key = { $case: 'paymentId', value: paymentId } as const;
    const { payment } = await callers.as(partnerId).payments.getPayment({ key });
    if (payment) found.push(...misplacedIn(payment, windows));
  }
  return found;
}

function misplacedIn(payment: Payment, windows: readonly FiledWindow[]): string[] {
  const { paymentId, partnerId, issuerId, state, cancelling } = payment;
  const isCaptured = state === PaymentState.SUCCEEDED && !cancelling;
  const sides = [
    [partnerId, payment.acquirerClearingDate],
    [issuerId, payment.issuerClearingDate],
  ] as const;
  return sides.flatMap(([id, clearingDate]) => {
    const own = windows.filter(({ participantId }) => participantId === id);
    // A payment of the minute before midnight may be of a day that is not sealed yet.
    const isClosed = own.some((window) => window.clearingDate === clearingDate);
    const expected = isCaptured && isClosed ? 1 : 0;
    const times = own.reduce((sum, { captures }) => sum + (captures.get(paymentId) ?? 0), 0);
    return times === expected ? [] : [`${paymentId} ${times} times with ${id || 'nobody'}`];
  });
}
