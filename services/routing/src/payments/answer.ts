import type { Runtime } from '@causeway/runtime';
import type { PaymentBook } from './book.ts';
import type { PaymentRecord } from './record.ts';

/** An answer leaves this long before its caller stops waiting. */
const MARGIN_MS = 150;
/** How often a payment that another replica works on is looked at. */
const LOOK_MS = 250;

/** The payment once it is final, or as it is when the caller will wait no longer. */
export async function whenFinal(
  book: PaymentBook,
  runtime: Runtime,
  payment: PaymentRecord,
  deadlineMs: number,
): Promise<PaymentRecord> {
  let latest = payment;
  const stop = new AbortController();
  const told = book.waiters.wait(payment.paymentId, stop.signal);
  try {
    while (latest.step !== 'DONE') {
      const leftMs = deadlineMs - MARGIN_MS - runtime.clock.nowMs();
      if (leftMs <= 0) break;
      const waited = await orAfter(told, Math.min(leftMs, LOOK_MS), runtime);
      latest = waited ?? (await book.read(latest)) ?? latest;
    }
    return latest;
  } finally {
    stop.abort();
  }
}

/** What the promise resolves to, or undefined where it takes longer. */
export async function orAfter<T>(
  promise: Promise<T>,
  ms: number,
  runtime: Runtime,
): Promise<T | undefined> {
  let cancel: (() => void) | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    cancel = runtime.timers.after(Math.max(ms, 0), () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    cancel?.();
  }
}

/** How long a caller with this deadline may be made to wait, in milliseconds. */
export function patience(runtime: Runtime, deadlineMs: number): number {
  return deadlineMs - MARGIN_MS - runtime.clock.nowMs();
}
