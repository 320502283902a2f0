import type { Bench, BenchOptions, Part, Sample } from '../part.ts';
import { PaymentDriver, type Wanted } from './driver.ts';
import type { Edge } from './load/protocol.ts';
import { openWallets, worldOf } from './world.ts';

const IN_FLIGHT = [1, 32, 256] as const;
const EDGES: readonly Edge[] = ['unary', 'stream'];
/** What to make codes for until a line was measured once. */
const FIRST_GUESS_PER_SECOND: Readonly<Record<number, number>> = { 1: 500, 32: 3_500, 256: 5_000 };
const WARM_SECONDS = 1;
/** Numbers of wallets that no other part loads. */
const FIRST_WALLET = 90_000_001;
/** A wallet pays for about 120 baskets a day, so this is enough for some million payments. */
const WALLETS = 20_000;

/** Payments from the acquirers' edge to the books, over both edges, in closed and open loop. */
export function paymentsPart(): Part {
  return new PaymentsPart();
}

class PaymentsPart implements Part {
  readonly name = 'payments';
  readonly title = 'Payments, end to end';
  readonly pays = true;
  #driver: PaymentDriver | undefined;
  /** By line, what was measured last. */
  readonly #rates = new Map<string, number>();

  async prepare(bench: Bench): Promise<void> {
    const walletIds = await openWallets(bench, FIRST_WALLET, WALLETS);
    const world = await worldOf(bench, { walletIds, name: 'bench', seed: 852 });
    this.#driver = await PaymentDriver.open(bench, world);
  }

  async round(bench: Bench): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const edge of EDGES) {
      for (const inFlight of IN_FLIGHT) {
        samples.push(...(await this.#measure(closedLoop(bench.options, edge, inFlight))));
      }
    }
    return samples;
  }

  async close(): Promise<void> {
    await this.#driver?.close();
  }

  async #measure(wanted: Omit<Wanted, 'expectedPerSecond'>): Promise<Sample[]> {
    const guess = wanted.pace.kind === 'closed' ? FIRST_GUESS_PER_SECOND[wanted.pace.inFlight] : 0;
    const expectedPerSecond = this.#rates.get(wanted.line) ?? guess ?? 0;
    if (this.#driver === undefined) throw new Error('the load generator was not started');
    const paid = await this.#driver.measure({ ...wanted, expectedPerSecond });
    this.#rates.set(wanted.line, paid.perSecond);
    return [paid.sample, ...(paid.codes ? [paid.codes] : [])];
  }
}

function closedLoop({ seconds }: BenchOptions, edge: Edge, inFlight: number) {
  return {
    line: `${edge}.${inFlight}`,
    title: `${edge} edge, ${inFlight} in flight`,
    edge,
    pace: { kind: 'closed', inFlight } as const,
    warmSeconds: WARM_SECONDS,
    seconds,
  };
}
