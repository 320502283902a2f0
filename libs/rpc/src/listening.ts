/** Where a service listens and how it stops: a part of `serviceSettings`. */
export interface ListenSettings {
  listenHost: string;
  listenPort: number;
  healthPort?: number | undefined;
  drainTimeoutMs?: number;
}

/** What is left of a drain once calls have ended is for work in the background and connections. */
const SHARE_FOR_CALLS = 2 / 3;

/** The part of `serve`'s options that a service is told by its environment. */
export function listening(settings: ListenSettings) {
  const { listenHost: host, listenPort: port, healthPort, drainTimeoutMs } = settings;
  return {
    ...{ host, port, healthPort },
    ...(drainTimeoutMs !== undefined && {
      drainTimeoutMs: Math.floor(drainTimeoutMs * SHARE_FOR_CALLS),
    }),
  };
}
