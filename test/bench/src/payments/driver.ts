import { type Helper, startHelper } from '../measure/helper.ts';
import { Histogram, latencyOf } from '../measure/histogram.ts';
import type { Bench, Sample } from '../part.ts';
import { figure } from '../report/numbers.ts';
import { type FactsWatch, growthSeconds, watchFacts } from './facts.ts';
import type { CodesMade, Edge, LoadEnded, Measured, Pace, World } from './load/protocol.ts';

/** One measurement of payments. */
export interface Wanted {
  line: string;
  title: string;
  edge: Edge;
  pace: Pace;
  /** Before counting begins. */
  warmSeconds: number;
  seconds: number;
  /** How many payments a second are expected: so many codes are made ahead, and some more. */
  expectedPerSecond: number;
  /** Codes are made ahead, so that payments alone are measured; or while payments go on. */
  codes?: 'ahead' | 'alongside';
}

/** What a measurement found. */
export interface Paid {
  sample: Sample;
  /** Where facts did not keep up: the rate at which they were handled, which does count. */
  sustained: Sample | undefined;
  codes: Sample | undefined;
  /** Successes a second within the measured time, whether or not the facts kept up. */
  perSecond: number;
  /** From the last answer until every fact was handled, and from the first payment to the last. */
  drainSeconds: number;
  runSeconds: number;
}

const PROCESS = 'generator';
const LOOK_MS = 250;
const DRAIN_MAX_SECONDS = 120;
/** More codes than expected, since a system that got faster is no reason to stop early. */
const CODES_MARGIN = 1.3;
const CODES_LEAST = 600;
/** For how long codes that are made alongside are ready beforehand. */
const READY_SECONDS = 5;
/** Facts may be this much further behind at the end than at the beginning, of the time measured. */
const GROWTH_SHARE = 0.05;
const MICROSECONDS = 1e6;

/** The load generator as its own process, and the watch over what it causes. */
export class PaymentDriver {
  readonly #bench: Bench;
  readonly #helper: Helper;
  readonly #facts: FactsWatch;
  readonly #unfollow: () => void;

  private constructor(bench: Bench, helper: Helper, facts: FactsWatch) {
    this.#bench = bench;
    this.#helper = helper;
    this.#facts = facts;
    this.#unfollow = bench.watch.follow(PROCESS, helper.pid);
  }

  /** Starts the generator in a world. */
  static async open(bench: Bench, world: World): Promise<PaymentDriver> {
    const helper = await startHelper('bench-load');
    await helper.ask('open', world);
    return new PaymentDriver(bench, helper, await watchFacts(bench));
  }

  /** Makes codes, pays, waits until the books are complete, and says how it went. */
  async measure(wanted: Wanted): Promise<Paid> {
    const { edge, pace, seconds, warmSeconds } = wanted;
    const { bench, clock } = { bench: this.#bench, clock: this.#bench.runtime.clock };
    const codes = await this.#makeCodes(wanted);
    const startMs = clock.monotonicMs();
    const keepReady = wanted.codes === 'alongside' ? codes.wanted : 0;
    await this.#helper.ask('begin', { edge, pace, keepReady });
    await bench.runtime.timers.sleep(warmSeconds * 1_000);
    const endLooks = this.#facts.follow(LOOK_MS);
    const watched = await bench.watch.during(() =>
      this.#helper.ask<Measured>('measure', { seconds }),
    );
    const looks = await endLooks();
    const ended = await this.#helper.ask<LoadEnded>('end', {});
    const runSeconds = (clock.monotonicMs() - startMs) / 1_000;
    const drainSeconds = await this.#facts.untilHandled(DRAIN_MAX_SECONDS);
    const { result: measured, busy } = watched;
    const perSecond = measured.succeeded / measured.seconds;
    const growth = growthSeconds(looks);
    const keptUp = growth <= GROWTH_SHARE * measured.seconds;
    const notes = notesOf(measured, ended);
    if (!keptUp)
      notes.push(`facts fell ${growth.toFixed(2)} s further behind in the measured time`);
    const histogram = new Histogram();
    histogram.merge(measured.latency);
    const sample: Sample = {
      line: wanted.line,
      title: wanted.title,
      perSecond,
      ...(pace.kind === 'open' && { offeredPerSecond: pace.perSecond, series: `${edge} edge` }),
      ...latencyOf(histogram),
      busy,
      notes,
      valid: keptUp && measured.succeeded > 0,
    };
    bench.progress(`${wanted.title}: ${described(sample)}`);
    const sustained: Sample = {
      line: `${wanted.line}.sustained`,
      title: `${wanted.title}, until all facts were handled`,
      perSecond: ended.succeeded / (runSeconds + drainSeconds),
      busy: [],
      valid: true,
    };
    return {
      ...{ sample, codes: codes.sample, perSecond, drainSeconds, runSeconds },
      sustained: keptUp ? undefined : sustained,
    };
  }

  async close(): Promise<void> {
    this.#unfollow();
    await this.#facts.close();
    await this.#helper.stop();
  }

  /** Their making is a measurement too, where enough of them had to be made. */
  async #makeCodes({ expectedPerSecond, warmSeconds, seconds, codes }: Wanted) {
    const aheadSeconds = codes === 'alongside' ? READY_SECONDS : warmSeconds + seconds;
    const wanted = Math.ceil(
      Math.max(CODES_LEAST, expectedPerSecond * aheadSeconds * CODES_MARGIN),
    );
    const { busy, result } = await this.#bench.watch.during(() =>
      this.#helper.ask<CodesMade>('makeCodes', { wanted }),
    );
    if (result.made < CODES_LEAST) return { wanted, sample: undefined };
    const perSecond = result.made / result.seconds;
    const title = 'payment codes, wallet operator’s back end, 256 in flight';
    const sample: Sample = { line: 'codes.256', title, perSecond, busy, valid: true };
    return { wanted, sample };
  }
}

function notesOf(measured: Measured, ended: LoadEnded): string[] {
  const notes: string[] = [];
  const others = Object.entries(ended.otherwise);
  if (others.length > 0) {
    const list = others.map(([reason, count]) => `${count} ${reason}`).join(', ');
    notes.push(`of ${ended.sent} payments: ${list}`);
  }
  if (measured.ranDry) notes.push('the codes ran out before the time was over');
  if (measured.dropped > 0)
    notes.push(`${measured.dropped} of ${measured.arrivals} arrivals dropped`);
  if (measured.succeeded === 0) notes.push('no payment succeeded');
  return notes;
}

/** `4,120/s, p50 7.1 ms, p99 14 ms; µs per payment: wallet 92, …`. */
function described({ perSecond = 0, p50Ms = 0, p99Ms = 0, busy, notes = [] }: Sample): string {
  if (perSecond === 0) return notes.join('; ');
  const costs = busy
    .map(({ process, cores }) => `${process} ${Math.round((cores * MICROSECONDS) / perSecond)}`)
    .join(', ');
  const rate = Math.round(perSecond).toLocaleString('en');
  const latency = `p50 ${figure(p50Ms)} ms, p99 ${figure(p99Ms)} ms`;
  return [`${rate}/s, ${latency}; µs per payment: ${costs}`, ...notes].join('; ');
}
