import { median } from '../measure/statistics.ts';
import type { Bench, BenchOptions, Part, Problem, Sample } from '../part.ts';
import { type Paid, PaymentDriver, type Wanted } from './driver.ts';
import type { Edge, World } from './load/protocol.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { soak } from './soak/soak.ts';
import { openWallets, worldOf } from './world.ts';

const IN_FLIGHT = [1, 32, 256] as const;
const TINY_IN_FLIGHT = [8] as const;
const MOST_IN_FLIGHT = 256;
const EDGES: readonly Edge[] = ['unary', 'stream'];
/** What to make codes for until a line was measured once. */
const FIRST_GUESS_PER_SECOND: Readonly<Record<number, number>> = { 1: 400, 32: 2_000, 256: 3_000 };
/** Before each measurement, and before the first of all. */
const WARM_SECONDS = 1;
const FIRST_WARM_SECONDS = { quick: 6, full: 10 };
/** Numbers of wallets that no other part loads. */
const FIRST_WALLET = 90_000_001;
/** A wallet pays for about 180 baskets a day, so this is enough for some million payments. */
const WALLETS = 20_000;
const TINY_WALLETS = 500;

/** Shares of the found maximum at which latency is measured; the half is a figure of its own. */
const SHARES = { half: 0.5, tiny: [], quick: [0.9], full: [0.25, 0.75, 0.9] } as const;
/** Shoppers who find so many before them go away. */
const OPEN_IN_FLIGHT = 1_024;
/** Percentiles far out need more than a closed loop's rate does. */
const OPEN_TIMES_LONGER = 2;

const SOAK_SHARE = 0.7;
/** Baskets that a wallet's limit of the day pays for, with room. */
const PAYMENTS_PER_WALLET = 120;

/** Payments from the acquirers' edge to the books, over both edges, in closed and open loop. */
export class PaymentsPart implements Part {
  readonly name = 'payments';
  readonly title = 'Payments, end to end';
  readonly pays = true;
  #driver: PaymentDriver | undefined;
  readonly #worlds: World[] = [];
  /** By line, what was measured last. */
  readonly #rates = new Map<string, number>();

  closingSeconds(options: BenchOptions): number {
    const { seconds } = options;
    const points = 2 * (1 + sharesOf(options).length);
    return points * (seconds * OPEN_TIMES_LONGER * 2 + 3) + 20 + options.soakSeconds;
  }

  async prepare(bench: Bench): Promise<void> {
    const { tiny } = bench.options;
    const walletIds = await openWallets(bench, FIRST_WALLET, tiny ? TINY_WALLETS : WALLETS);
    this.#driver = await this.#open(bench, walletIds, 'bench');
    if (tiny) return;
    // Fresh processes take some ten thousand payments until their code is compiled.
    const seconds = bench.options.quick ? FIRST_WARM_SECONDS.quick : FIRST_WARM_SECONDS.full;
    for (const edge of EDGES) await this.#measure(closedLoop({ seconds }, edge, MOST_IN_FLIGHT));
  }

  async round(bench: Bench): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const edge of EDGES) {
      for (const inFlight of bench.options.tiny ? TINY_IN_FLIGHT : IN_FLIGHT) {
        samples.push(...(await this.#measure(closedLoop(bench.options, edge, inFlight))));
      }
    }
    return samples;
  }

  async finish(bench: Bench, known: readonly Sample[]): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const edge of EDGES) {
      const perSecond = foundMaximum(known, edge);
      if (perSecond === undefined) continue;
      samples.push(...(await this.#measure(halfLoad(bench.options, edge, perSecond))));
      for (const share of sharesOf(bench.options)) {
        samples.push(...(await this.#measure(openLoop(bench.options, edge, perSecond, share))));
      }
    }
    return [...samples, ...(await this.#soak(bench, known))];
  }

  async check(bench: Bench): Promise<Problem[]> {
    bench.progress('reconciling what clients were told with the databases');
    const problems: Problem[] = [];
    for (const world of this.#worlds) problems.push(...(await reconcile(bench, world)));
    return problems;
  }

  async close(): Promise<void> {
    await this.#driver?.close();
  }

  async #open(bench: Bench, walletIds: readonly string[], name: string): Promise<PaymentDriver> {
    const world = await worldOf(bench, { walletIds, name, seed: 852 });
    this.#worlds.push(world);
    return PaymentDriver.open(bench, world);
  }

  /** A long run needs wallets of its own: those of the rounds have spent much of their limits. */
  async #soak(bench: Bench, known: readonly Sample[]): Promise<Sample[]> {
    const { soakSeconds: seconds } = bench.options;
    const payments = foundMaximum(known, 'stream');
    if (seconds === 0 || payments === undefined) return [];
    const rates = known.filter(({ line }) => line === 'codes.256').map((each) => each.perSecond);
    const codes = median(rates.flatMap((rate) => rate ?? [])) || payments;
    // Each payment needs a code: both share the machine's time.
    const perSecond = SOAK_SHARE / (1 / payments + 1 / codes);
    const count = Math.ceil((perSecond * seconds) / PAYMENTS_PER_WALLET) + 1_000;
    const walletIds = await openWallets(bench, FIRST_WALLET + WALLETS, count);
    const driver = await this.#open(bench, walletIds, 'soak');
    try {
      return await soak(bench, driver, { perSecond, seconds });
    } finally {
      await driver.close();
    }
  }

  async #measure(wanted: Omit<Wanted, 'expectedPerSecond'>): Promise<Sample[]> {
    if (this.#driver === undefined) throw new Error('the load generator was not started');
    const { line, pace } = wanted;
    const guess =
      pace.kind === 'open' ? pace.perSecond : (FIRST_GUESS_PER_SECOND[pace.inFlight] ?? 0);
    const expectedPerSecond = this.#rates.get(line) ?? guess;
    const paid = await this.#driver.measure({ ...wanted, expectedPerSecond });
    this.#rates.set(line, paid.perSecond);
    return samplesOf(wanted, paid);
  }
}

function sharesOf({ tiny, quick }: BenchOptions): readonly number[] {
  if (tiny) return SHARES.tiny;
  return quick ? SHARES.quick : SHARES.full;
}

/** The drain is told where the most payments were under way: there is most to be done then. */
function samplesOf({ pace }: Pick<Wanted, 'pace'>, paid: Paid): Sample[] {
  const { sample, sustained, codes, drainSeconds, runSeconds } = paid;
  const isFullest = pace.kind === 'closed' && pace.inFlight === MOST_IN_FLIGHT;
  const drain: Sample = {
    line: 'drain',
    title: 'books complete after the last payment, as a share of the run',
    busy: [],
    valid: true,
    figures: { drain_share: drainSeconds / runSeconds },
    notes: [],
  };
  return [
    sample,
    ...(sustained ? [sustained] : []),
    ...(codes ? [codes] : []),
    ...(isFullest ? [drain] : []),
  ];
}

function closedLoop({ seconds }: Pick<BenchOptions, 'seconds'>, edge: Edge, inFlight: number) {
  return {
    line: `${edge}.${inFlight}`,
    title: `${edge} edge, ${inFlight} in flight`,
    edge,
    pace: { kind: 'closed', inFlight } as const,
    warmSeconds: Math.min(WARM_SECONDS, seconds),
    seconds,
  };
}

function openLoop({ seconds }: BenchOptions, edge: Edge, maximum: number, share: number) {
  const percent = Math.round(share * 100);
  return {
    line: `open.${edge}.${percent}`,
    title: `${edge} edge, open loop at ${percent} % of the maximum`,
    edge,
    pace: {
      kind: 'open',
      perSecond: share * maximum,
      maxInFlight: OPEN_IN_FLIGHT,
    } as const,
    warmSeconds: Math.min(WARM_SECONDS, seconds),
    seconds: seconds * OPEN_TIMES_LONGER,
  };
}

/** What the report compares with its goal is the unary edge at half load. */
function halfLoad(options: BenchOptions, edge: Edge, maximum: number) {
  const wanted = openLoop(options, edge, maximum, SHARES.half);
  return edge === 'unary' ? { ...wanted, line: 'open.half' } : wanted;
}

/** The best of the medians that count; where facts kept up nowhere, of those that they allowed. */
function foundMaximum(known: readonly Sample[], edge: Edge): number | undefined {
  const rates = new Map<string, number[]>();
  for (const { line, perSecond, valid } of known) {
    if (!valid || perSecond === undefined || !line.startsWith(`${edge}.`)) continue;
    rates.set(line, [...(rates.get(line) ?? []), perSecond]);
  }
  const medians = [...rates.values()].map(median);
  return medians.length === 0 ? undefined : Math.max(...medians);
}
