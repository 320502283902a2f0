import { verifyBooks } from '../books.ts';
import { ENDED } from '../measure/cpu-watch.ts';
import { median } from '../measure/statistics.ts';
import type { Bench, BenchOptions, Part, Problem, Sample } from '../part.ts';
import { type Pressure, pressureOf } from './pressure.ts';
import { described, GrownState, type Size } from './state.ts';

const SMALL: Size = { wallets: 1_000, payments: 10_000 };
const LARGE: Size = { wallets: 100_000, payments: 1_000_000 };
const HUGE: Size = { wallets: 1_000_000, payments: 5_000_000 };

const IN_FLIGHT = 256;
const WARM_SECONDS = 1;
/** The small state must not grow much by being measured. */
const MOST_SECONDS = 3;
const FIRST_GUESS_PER_SECOND = 4_000;

/** Whose time is no cost of a payment: who sends them, and who looks on. */
const ONLOOKERS: readonly string[] = ['generator', 'bench', 'elsewhere', ENDED];

/** What a payment costs with much in the databases, against what it costs with little. */
export function growthPart(): Part {
  return new GrowthPart();
}

/** One measurement of one state. */
interface Cost {
  sample: Sample;
  perSecond: number;
  cpuMicroseconds: number;
  pressure: Pressure;
}

/**
 * Two stacks stand side by side and are measured in turns, one idle while the other pays: a state
 * cannot be made small again, and the machine does not stay the same for long enough to measure
 * first all of one and then all of the other.
 */
class GrowthPart implements Part {
  readonly name = 'growth';
  readonly title = 'Growth';
  #states: GrownState[] = [];
  #problems: Problem[] = [];

  closingSeconds({ growth, rounds, seconds }: BenchOptions): number {
    const measuring = 2 * (rounds + 1) * (Math.min(seconds, MOST_SECONDS) + 4);
    return growth ? 1_500 + 2 * measuring : 150 + measuring;
  }

  async finish(bench: Bench): Promise<Sample[]> {
    if (process.env.DATABASE_URL || process.env.NATS_URL) return [notMeasured()];
    const small = await this.#start(bench, 'small');
    const grown = await this.#start(bench, 'grown');
    await small.grow(SMALL);
    const samples: Sample[] = [];
    for (const size of bench.options.growth ? [LARGE, HUGE] : [LARGE]) {
      await grown.grow(size);
      samples.push(...(await compare(bench, small, grown)));
    }
    return samples;
  }

  async check({ options }: Bench): Promise<Problem[]> {
    for (const state of this.#states) {
      // To recompute millions of payments takes longer than everything else of a short run.
      if (state.size.payments > SMALL.payments && !options.growth) continue;
      this.#problems.push(...(await verifyBooks(state.bench)));
    }
    return this.#problems;
  }

  async close(): Promise<void> {
    for (const state of this.#states.splice(0)) {
      await state.close();
      if (this.#problems.length === 0) await state.forget();
    }
  }

  async #start(bench: Bench, name: string): Promise<GrownState> {
    const state = await GrownState.start(bench, name);
    this.#states.push(state);
    return state;
  }
}

/** Measures two states in turns, and says by how much a payment costs more in the second. */
async function compare(bench: Bench, small: GrownState, grown: GrownState): Promise<Sample[]> {
  const costs = new Map<GrownState, Cost[]>([
    [small, []],
    [grown, []],
  ]);
  for (let round = 0; round <= bench.options.rounds; round += 1) {
    // Whoever comes first in one round comes last in the next.
    for (const state of round % 2 === 0 ? [small, grown] : [grown, small]) {
      const cost = await measure(state, median((costs.get(state) ?? []).map((c) => c.perSecond)));
      // The first round only warms up.
      if (round > 0) costs.get(state)?.push(cost);
    }
  }
  const [ofSmall = [], ofGrown = []] = [costs.get(small), costs.get(grown)];
  const samples = [...ofSmall, ...ofGrown].map(({ sample }) => sample);
  return [...samples, ratio(grown.size, ofSmall, ofGrown)];
}

async function measure(state: GrownState, knownPerSecond: number): Promise<Cost> {
  const { bench, size, driver } = state;
  const { result, pressure } = await pressureOf(bench.stack, () =>
    driver.measure({
      line: `growth.${size.wallets}.${size.payments}`,
      title: described(size),
      edge: 'stream',
      pace: { kind: 'closed', inFlight: IN_FLIGHT },
      warmSeconds: WARM_SECONDS,
      seconds: Math.min(bench.options.seconds, MOST_SECONDS),
      expectedPerSecond: Number.isNaN(knownPerSecond) ? FIRST_GUESS_PER_SECOND : knownPerSecond,
    }),
  );
  const { sample, perSecond } = result;
  const cores = sample.busy
    .filter(({ process }) => !ONLOOKERS.includes(process))
    .reduce((sum, busy) => sum + busy.cores, 0);
  return { sample, perSecond, cpuMicroseconds: (cores * 1e6) / perSecond, pressure };
}

/** A payment's cost is the processor time it takes, or the time that it takes away from others. */
function ratio(size: Size, small: readonly Cost[], grown: readonly Cost[]): Sample {
  const of = (costs: readonly Cost[], what: (cost: Cost) => number) => median(costs.map(what));
  const cpu = (costs: readonly Cost[]) => of(costs, (cost) => cost.cpuMicroseconds);
  const rate = (costs: readonly Cost[]) => of(costs, (cost) => cost.perSecond);
  const cpuRatio = cpu(grown) / cpu(small);
  const timeRatio = rate(small) / rate(grown);
  const both = (what: (cost: Cost) => number, digits: number) =>
    `${of(small, what).toFixed(digits)} and ${of(grown, what).toFixed(digits)}`;
  return {
    line: `growth.ratio.${size.payments}`,
    title: `cost per payment at ${described(size)} ÷ at ${described(SMALL)}`,
    busy: [],
    valid: [...small, ...grown].every(({ sample }) => sample.valid),
    figures: { growth_cost_ratio: Math.max(cpuRatio, timeRatio) },
    notes: [
      `CPU ${cpuRatio.toFixed(3)}: ${both((cost) => cost.cpuMicroseconds, 0)} µs a payment`,
      `time ${timeRatio.toFixed(3)}: ${both((cost) => cost.perSecond, 0)} payments/s`,
      `WAL: ${both(({ pressure }) => pressure.walKilobytes, 1)} KiB a payment`,
      `pages not in Postgres' own memory: ${both(({ pressure }) => pressure.pagesRead, 1)} a payment`,
    ],
  };
}

function notMeasured(): Sample {
  return {
    line: 'growth.ratio',
    title: 'cost per payment with much in the databases ÷ with little',
    busy: [],
    valid: false,
    notes: ['not measured: two stacks side by side need servers of their own'],
  };
}
