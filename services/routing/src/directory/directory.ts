import { type Issuer, type Route, type Stop, StopSubjectKind } from '@causeway/proto/routing';
import { type Runtime, sharedTurns, Trouble } from '@causeway/runtime';
import type { DirectoryStore } from './store.ts';

/** How old this replica's view of stops, issuers and routes may be. */
const REFRESH_MS = 500;

/** Everything that new payments are routed by, as one consistent picture. */
export interface DirectoryView {
  issuers: Map<string, Issuer>;
  /** Issuers by each prefix they own. */
  prefixes: Map<string, Issuer>;
  routes: Map<string, Route>;
  /** Routes by the partner at their end. */
  routesOf: Map<string, readonly Route[]>;
  /** Routes by each scheme that they serve. */
  routesInScheme: Map<string, readonly Route[]>;
  /** Keys from `stopKey`. */
  stops: Set<string>;
  /** Whether everything is stopped. */
  isAllStopped: boolean;
}

export function stopKey(kind: StopSubjectKind, subjectId: string): string {
  return `${kind}/${subjectId}`;
}

/** Builds the picture from what is stored. */
export function viewFrom(issuers: Issuer[], routes: Route[], stops: Stop[]): DirectoryView {
  return {
    issuers: new Map(issuers.map((issuer) => [issuer.issuerId, issuer])),
    prefixes: new Map(issuers.flatMap((i) => i.codePrefixes.map((prefix) => [prefix, i] as const))),
    routes: new Map(routes.map((route) => [route.routeId, route])),
    routesOf: indexed(routes, ({ partnerId }) => [partnerId]),
    routesInScheme: indexed(routes, ({ schemeIds }) => schemeIds),
    isAllStopped: stops.some(({ subjectKind }) => subjectKind === StopSubjectKind.EVERYTHING),
    stops: new Set(stops.map((stop) => stopKey(stop.subjectKind, stop.subjectId))),
  };
}

function indexed(routes: readonly Route[], keysOf: (route: Route) => readonly string[]) {
  const index = new Map<string, Route[]>();
  for (const route of routes) {
    for (const key of keysOf(route)) index.set(key, [...(index.get(key) ?? []), route]);
  }
  return index;
}

/** The directory in memory, so that a payment asks no table who it belongs to. */
export class Directory {
  #view: DirectoryView = viewFrom([], [], []);
  #cancel: (() => void) | undefined;
  #refreshing = Promise.resolve();
  #begun = 0;
  #shown = 0;

  constructor(
    private readonly store: Pick<DirectoryStore, 'issuers' | 'routes' | 'stops'>,
    private readonly runtime: Runtime,
  ) {}

  get view(): DirectoryView {
    return this.#view;
  }

  /** Reads everything now, and again every half second. */
  async start(): Promise<void> {
    await this.refresh();
    const unread = new Trouble(this.runtime, 'the directory could not be read again');
    this.#cancel = this.runtime.timers.every(REFRESH_MS, () => {
      this.#refreshing = this.refresh().then(
        () => unread.passed(),
        // An old picture is better than none: payments go on with what was known last.
        (err) => unread.failed({ err }),
      );
      return this.#refreshing;
    });
  }

  /**
   * Reads everything now; who changes something calls it, to be the first to see it. A reading
   * that began before another's and ends after it may be older, and is dropped: else a stop that
   * was answered as in force would be lifted for a moment.
   */
  async refresh(): Promise<void> {
    this.#begun += 1;
    const turn = this.#begun;
    const view = viewFrom(
      await this.store.issuers(),
      await this.store.routes(),
      await this.store.stops(),
    );
    if (turn < this.#shown) return;
    this.#shown = turn;
    this.#view = view;
  }

  /**
   * The picture as it is stored now: whoever is about to say for ever that somebody is unknown must not
   * go by one that is half a second old, since another replica may have entered him meanwhile. All who
   * ask at once share a reading, which begins after each of them asked.
   */
  readonly latest = sharedTurns(async (): Promise<DirectoryView> => {
    await this.refresh();
    return this.#view;
  });

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#refreshing;
  }
}

/** The issuer that owns the longest prefix of the code. */
export function issuerOfCode(view: DirectoryView, code: string): Issuer | undefined {
  for (let length = Math.min(8, code.length); length >= 2; length -= 1) {
    const issuer = view.prefixes.get(code.slice(0, length));
    if (issuer) return issuer;
  }
  return undefined;
}
