const PARENT_CHECK_MS = 1_000;
/** npm, its script and the terminal may each deliver the same Ctrl-C. */
const SAME_SIGNAL_MS = 1_500;

/** Aborts on the first signal, or when whoever started this is gone; leaves on a later signal. */
export function stopRequested(): AbortSignal {
  const controller = new AbortController();
  let askedMs = Number.POSITIVE_INFINITY;
  const ask = () => {
    // The guard of the stack ends what this leaves behind.
    if (performance.now() - askedMs > SAME_SIGNAL_MS) process.exit(130);
    if (controller.signal.aborted) return;
    askedMs = performance.now();
    controller.abort(new Error('stopped'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  const parent = process.ppid;
  if (process.env.CAUSEWAY_BOOTSTRAP) {
    setInterval(() => process.ppid !== parent && ask(), PARENT_CHECK_MS).unref();
  }
  return controller.signal;
}
