import { type Stop, StopSubjectKind } from '@causeway/proto/routing';
import { type Runtime, Trouble } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import { metrics } from '../metrics.ts';

/** How often routing is asked, in milliseconds. */
const LOOK_MS = 1_000;

/** Where stops are read. */
type ListStops = () => Promise<{ stops: readonly Stop[] }>;

/**
 * Whether everything is stopped: then no price is promised to anybody, neither by a quote nor by a
 * board. Routing keeps the stops and is asked each second. While it does not answer, what it said last
 * stays in force; before it ever did, prices are given, since routing itself lets no payment through.
 */
export class PricingHalt {
  #stop: Stop | undefined;
  #cancel: (() => void) | undefined;
  #looking = Promise.resolve();

  constructor(
    private readonly listStops: ListStops,
    private readonly runtime: Runtime,
  ) {}

  /** Looks now, and from now on each second. */
  start(): void {
    const unread = new Trouble(this.runtime, 'it is not known whether everything is stopped');
    this.#cancel = this.runtime.timers.every(LOOK_MS, () => {
      this.#looking = this.look().then(
        () => unread.passed(),
        (err) => unread.failed({ err }),
      );
      return this.#looking;
    });
  }

  /** Asks routing once. Throws what its client throws. */
  async look(): Promise<void> {
    const { stops } = await this.listStops();
    this.#stop = stops.find(({ subjectKind }) => subjectKind === StopSubjectKind.EVERYTHING);
    metrics.pricingStopped.set(this.#stop ? 1 : 0);
  }

  /** Refuses PRICING_STOPPED while everything is stopped. */
  refuseIfStopped(): void {
    if (this.#stop === undefined) return;
    const { subjectId, createTime } = this.#stop;
    throw refuse('PRICING_STOPPED', 'no price is promised until an operator lifts a stop', {
      metadata: { stop: subjectId, since: createTime?.toISOString() ?? '' },
    });
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#looking;
  }
}
