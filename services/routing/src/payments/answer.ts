import type { Runtime } from '@causeway/runtime';
import type { PaymentBook } from './book.ts';
import type { PaymentRecord } from './record.ts';
import type { Worker } from './worker.ts';

/** An answer leaves this long before its caller stops waiting. */
const MARGIN_MS = 150;
/** How often a payment that another replica works on is looked at. */
const LOOK_MS = 250;

/** Whether nothing happens to the payment unless somebody asks for it. */
function isAtRest({ step }: PaymentRecord): boolean {
  return step === 'DONE' || step === 'AWAIT_PAYER';
}

/** The payment once it is at rest, or as it is when the caller will wait no longer. */
export async function whenAtRest(
  book: PaymentBook,
  runtime: Runtime,
  payment: PaymentRecord,
  deadlineMs: number,
): Promise<PaymentRecord> {
  let latest = payment;
  const stop = new AbortController();
  const told = book.waiters.wait(payment.paymentId, stop.signal);
  try {
    while (!isAtRest(latest)) {
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

/** Drives a payment; answers it at its end, or as it is when the caller will wait no longer. */
export async function drivenAtMost(
  { book, worker, runtime }: { book: PaymentBook; worker: Worker; runtime: Runtime },
  payment: PaymentRecord,
  deadlineMs: number,
): Promise<PaymentRecord> {
  const driven = worker.drive(payment);
  const ended = await orAfter(driven, patience(runtime, deadlineMs), runtime);
  // Where it cannot be read either, it is pending as it was recorded.
  return ended ?? (await book.read(payment).catch(() => undefined)) ?? payment;
}

/** How long a caller with this deadline may be made to wait, in milliseconds. */
export function patience(runtime: Runtime, deadlineMs: number): number {
  return deadlineMs - MARGIN_MS - runtime.clock.nowMs();
}
