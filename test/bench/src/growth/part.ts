import { verifyBooks } from '../books.ts';
import { ELSEWHERE, ENDED, STOLEN } from '../measure/cpu-watch.ts';
import { median } from '../measure/statistics.ts';
import type { Bench, BenchOptions, Part, Problem, Sample } from '../part.ts';
import { type Pressure, pressureOf } from './pressure.ts';
import { described, GrownState, type Size } from './state.ts';

const SMALL: Size = { wallets: 1_000, payments: 10_000 };
const LARGE: Size = { wallets: 100_000, payments: 1_000_000 };
const HUGE: Size = { wallets: 1_000_000, payments: 5_000_000 };

/** The small state, and those that it is compared with one after the other. */
function sizesFor({ tiny, growth }: BenchOptions): { small: Size; grown: readonly Size[] } {
  if (tiny) {
    return { small: { wallets: 50, payments: 100 }, grown: [{ wallets: 100, payments: 200 }] };
  }
  return { small: SMALL, grown: growth ? [LARGE, HUGE] : [LARGE] };
}

const IN_FLIGHT = 256;
const WARM_SECONDS = 1;
/** Services that were just started take this long until their code is compiled. */
const FIRST_WARM_SECONDS = 10;
/** The small state must not grow much by being measured. */
const MOST_SECONDS = 3;
const FIRST_GUESS_PER_SECOND = 2_500;

/** What a measurement takes besides: codes are made, facts arrive. */
const AROUND_SECONDS = 2;
/** About how long two stacks take to start, load and be verified. */
const LOADING_SECONDS = { large: 170, huge: 1_500 };

/** Whose time is no cost of a payment: who sends them, and who looks on. */
const ONLOOKERS: readonly string[] = ['generator', 'bench', ELSEWHERE, STOLEN, ENDED];

/** One measurement of one state. */
interface Cost {
  sample: Sample;
  perSecond: number;
  cpuMicroseconds: number;
  pressure: Pressure;
}

/**
 * What a payment costs with much in the databases, against what it costs with little.
 *
 * Two stacks stand side by side and are measured in turns, one idle while the other pays: a state
 * cannot be made small again, and the machine does not stay the same for long enough to measure
 * first all of one and then all of the other.
 */
export class GrowthPart implements Part {
  readonly name = 'growth';
  readonly title = 'Growth';
  #states: GrownState[] = [];
  #problems: Problem[] = [];

  closingSeconds({ growth, rounds, seconds, tiny }: BenchOptions): number {
    if (tiny) return 30;
    const each = Math.min(seconds, MOST_SECONDS) + WARM_SECONDS + AROUND_SECONDS;
    const measuring = 2 * ((rounds + 1) * each + FIRST_WARM_SECONDS);
    return growth ? LOADING_SECONDS.huge + 2 * measuring : LOADING_SECONDS.large + measuring;
  }

  async finish(bench: Bench): Promise<Sample[]> {
    if (process.env.DATABASE_URL || process.env.NATS_URL) return [notMeasured()];
    const small = await this.#start(bench, 'small');
    const grown = await this.#start(bench, 'grown');
    const sizes = sizesFor(bench.options);
    await small.grow(sizes.small);
    const samples: Sample[] = [];
    for (const size of sizes.grown) {
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
  const { rounds, tiny } = bench.options;
  const costs = new Map<GrownState, Cost[]>([
    [small, []],
    [grown, []],
  ]);
  for (let round = tiny ? 1 : 0; round <= rounds; round += 1) {
    // Whoever comes first in one round comes last in the next.
    for (const state of round % 2 === 0 ? [small, grown] : [grown, small]) {
      const known = costs.get(state) ?? [];
      const cost = await measure(state, {
        // The first round only warms up.
        warmSeconds: round === 0 && !tiny ? FIRST_WARM_SECONDS : WARM_SECONDS,
        expectedPerSecond: known.at(-1)?.perSecond ?? FIRST_GUESS_PER_SECOND,
      });
      if (round > 0) known.push(cost);
    }
  }
  const [ofSmall = [], ofGrown = []] = [costs.get(small), costs.get(grown)];
  const samples = [...ofSmall, ...ofGrown].map(({ sample }) => sample);
  return [...samples, ratio([small.size, grown.size], ofSmall, ofGrown)];
}

async function measure(
  { bench, size, driver }: GrownState,
  pace: { warmSeconds: number; expectedPerSecond: number },
): Promise<Cost> {
  const { result, pressure } = await pressureOf(bench.stack, () =>
    driver.measure({
      line: `growth.${size.wallets}.${size.payments}`,
      title: described(size),
      edge: 'stream',
      pace: { kind: 'closed', inFlight: IN_FLIGHT },
      seconds: Math.min(bench.options.seconds, MOST_SECONDS),
      ...pace,
    }),
  );
  const { sample, perSecond } = result;
  const cores = sample.busy
    .filter(({ process }) => !ONLOOKERS.includes(process))
    .reduce((sum, busy) => sum + busy.cores, 0);
  return { sample, perSecond, cpuMicroseconds: (cores * 1e6) / perSecond, pressure };
}

/** A payment's cost is the processor time it takes, or the time that it takes away from others. */
function ratio(
  [smallSize, size]: readonly [Size, Size],
  small: readonly Cost[],
  grown: readonly Cost[],
): Sample {
  const of = (costs: readonly Cost[], what: (cost: Cost) => number) => median(costs.map(what));
  const cpu = (costs: readonly Cost[]) => of(costs, (cost) => cost.cpuMicroseconds);
  const rate = (costs: readonly Cost[]) => of(costs, (cost) => cost.perSecond);
  const cpuRatio = cpu(grown) / cpu(small);
  const timeRatio = rate(small) / rate(grown);
  const both = (what: (cost: Cost) => number, digits: number) =>
    `${of(small, what).toFixed(digits)} and ${of(grown, what).toFixed(digits)}`;
  return {
    line: `growth.ratio.${size.payments}`,
    title: `cost per payment at ${described(size)} ÷ at ${described(smallSize)}`,
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
