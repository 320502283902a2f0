import { verifyBooks } from '../books.ts';
import { type Pressure, pressureOf } from '../growth/pressure.ts';
import { GrownState } from '../growth/state.ts';
import type { Busy } from '../measure/cpu-watch.ts';
import { median } from '../measure/statistics.ts';
import type { Bench, BenchOptions, Part, Problem, Sample } from '../part.ts';

/** How many processes of each service. */
const REPLICAS = [1, 2, 4] as const;
const SIZE = { wallets: 2_000, payments: 1_000 };
/**
 * The better of these counts. As much under way in four processes as in one is a quarter for each, so
 * that each commits a quarter as many together, which is no deployment's reason to have four.
 */
const IN_FLIGHT = [256, 1_024] as const;
const WARM_SECONDS = 1;
/** As many processes have as much code to compile. */
const FIRST_WARM_SECONDS = 12;
const MOST_SECONDS = 3;
const FIRST_GUESS_PER_SECOND = 2_500;
/** Starting three stacks, and verifying their books. */
const AROUND_SECONDS = 150;

/** One measurement of one stack. */
interface Measured {
  inFlight: number;
  sample: Sample;
  perSecond: number;
  pressure: Pressure;
}

/** A stack with so many processes of each service. */
interface Fleet {
  replicas: number;
  state: GrownState;
  measured: Measured[];
}

/**
 * What payments cost with two and four processes of every service, against one of each. On two cores
 * more processes cannot be faster; what is asked is that they are right, cost little more, and do
 * not get into each other's way. The stacks stand side by side and are measured in turns.
 */
export class ScalePart implements Part {
  readonly name = 'scale';
  readonly onDemand = true;
  readonly title = 'Scale-out';
  #fleets: Fleet[] = [];
  #problems: Problem[] = [];

  closingSeconds({ seconds, rounds }: BenchOptions): number {
    const each = Math.min(seconds, MOST_SECONDS) + WARM_SECONDS + 2;
    const ofOne = IN_FLIGHT.length * ((rounds + 1) * each + FIRST_WARM_SECONDS);
    return REPLICAS.length * ofOne + AROUND_SECONDS;
  }

  async finish(bench: Bench): Promise<Sample[]> {
    if (process.env.DATABASE_URL || process.env.NATS_URL) return [notMeasured()];
    for (const replicas of REPLICAS) {
      const state = await GrownState.start(bench, `by-${replicas}`, replicas);
      this.#fleets.push({ replicas, state, measured: [] });
      await state.grow(SIZE);
    }
    const { rounds } = bench.options;
    for (let round = 0; round <= rounds; round += 1) {
      // Whoever comes first in one round comes last in the next.
      const inTurn = round % 2 === 0 ? this.#fleets : this.#fleets.toReversed();
      for (const fleet of inTurn) {
        for (const inFlight of IN_FLIGHT) await measure(fleet, inFlight, round === 0);
      }
    }
    const [one, ...more] = this.#fleets;
    if (one === undefined) return [];
    const samples = this.#fleets.flatMap(({ measured }) => measured.map(({ sample }) => sample));
    return [...samples, ...more.map((fleet) => compared(one, fleet))];
  }

  async check(): Promise<Problem[]> {
    for (const { state } of this.#fleets) this.#problems.push(...(await verifyBooks(state.bench)));
    return this.#problems;
  }

  async close(): Promise<void> {
    for (const { state } of this.#fleets.splice(0)) {
      await state.close();
      if (this.#problems.length === 0) await state.forget();
    }
  }
}

async function measure(fleet: Fleet, inFlight: number, warmsUp: boolean): Promise<void> {
  const { replicas, state, measured } = fleet;
  const { bench, driver } = state;
  const processes = replicas === 1 ? 'one process of each' : `${replicas} processes of each`;
  const before = measured.findLast((each) => each.inFlight === inFlight);
  const { result, pressure } = await pressureOf(bench.stack, () =>
    driver.measure({
      line: `scale.${replicas}.${inFlight}`,
      title: `${processes}, ${inFlight} in flight`,
      edge: 'stream',
      pace: { kind: 'closed', inFlight },
      seconds: Math.min(bench.options.seconds, MOST_SECONDS),
      warmSeconds: warmsUp ? FIRST_WARM_SECONDS : WARM_SECONDS,
      expectedPerSecond: before?.perSecond ?? FIRST_GUESS_PER_SECOND,
    }),
  );
  if (warmsUp) return;
  const sample = { ...result.sample, busy: byService(result.sample.busy) };
  measured.push({ inFlight, sample, perSecond: result.perSecond, pressure });
}

/** The processes of one service as one line: `routing-2` counts for `routing`. */
function byService(busy: readonly Busy[]): Busy[] {
  const sums = new Map<string, Busy>();
  for (const each of busy) {
    const service = each.process.replace(/-\d+$/, '');
    const sum = sums.get(service);
    sums.set(service, { ...each, process: service, cores: each.cores + (sum?.cores ?? 0) });
  }
  return [...sums.values()];
}

/** By how much a stack is slower than the one with one process of each, and what it loses by. */
function compared(one: Fleet, fleet: Fleet): Sample {
  const [alone, several] = [bestOf(one), bestOf(fleet)];
  const both = (what: (pressure: Pressure) => number) =>
    [alone, several]
      .map((each) => median(each.map(({ pressure }) => what(pressure))).toFixed(3))
      .join(' and ');
  const [rateAlone, rate] = [rateOf(alone), rateOf(several)];
  return {
    line: `scale.ratio.${fleet.replicas}`,
    title: `${fleet.replicas} processes of each ÷ one of each`,
    busy: [],
    valid: [...alone, ...several].every(({ sample }) => sample.valid),
    figures: { [`scale_${fleet.replicas}_ratio`]: rate / rateAlone },
    notes: [
      `payments/s ${(rate / rateAlone).toFixed(2)}: ${rateAlone.toFixed(0)} and ${rate.toFixed(0)}`,
      `transactions rolled back: ${both(({ rolledBack }) => rolledBack)} a payment`,
      `commits: ${both(({ committed }) => committed)} a payment`,
    ],
  };
}

/** What was measured with as much in flight as is best for these processes. */
function bestOf({ measured }: Fleet): Measured[] {
  const byLoad = IN_FLIGHT.map((wanted) => measured.filter(({ inFlight }) => inFlight === wanted));
  return byLoad.reduce((best, each) => (rateOf(each) > rateOf(best) ? each : best));
}

function rateOf(measured: readonly Measured[]): number {
  return median(measured.map(({ perSecond }) => perSecond));
}

function notMeasured(): Sample {
  return {
    line: 'scale.ratio',
    title: 'several processes of each service ÷ one of each',
    busy: [],
    valid: false,
    notes: ['not measured: stacks side by side need servers of their own'],
  };
}
