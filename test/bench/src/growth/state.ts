import { join } from 'node:path';
import { forgetStack, type Stack, startStack } from '@causeway/deploy-local';
import { cpuWatch } from '../measure/cpu-watch.ts';
import type { Bench } from '../part.ts';
import { loadPayments } from '../past/payments.ts';
import { loadedWalletId, loadWallets } from '../past/wallets.ts';
import { PaymentDriver } from '../payments/driver.ts';
import { worldOf } from '../payments/world.ts';

/** How much a state knows. */
export interface Size {
  wallets: number;
  payments: number;
}

/** `10^5 wallets and 10^6 past payments`. */
export function described({ wallets, payments }: Size): string {
  return `${power(wallets)} wallets and ${power(payments)} past payments`;
}

function power(count: number): string {
  const exponent = Math.floor(Math.log10(count));
  const factor = count / 10 ** exponent;
  return `${factor === 1 ? '' : `${factor}·`}10^${exponent}`;
}

/** Wallets that pay, evenly out of all: many more than can be paid by twice within a run. */
const MOST_PAYERS = 50_000;

/** A stack of its own with a past. */
export class GrownState {
  readonly bench: Bench;
  size: Size = { wallets: 0, payments: 0 };
  #driver: PaymentDriver | undefined;

  private constructor(bench: Bench) {
    this.bench = bench;
  }

  /** Starts a stack beside that of the bench, with so many processes of each service. */
  static async start(bench: Bench, name: string, replicas = 1): Promise<GrownState> {
    const state = join(bench.options.folder, `grown-${name}`);
    const stack = await startStack({
      ...{ state, reset: true, quiet: true },
      replicas: () => replicas,
      // Books that are looked at while a past is loaded are not whole, and would stop all payments.
      env: { PROBE_SECONDS: '0' },
    });
    return new GrownState({
      ...bench,
      stack,
      watch: cpuWatch(bench.runtime.clock, stack.processes),
      options: { ...bench.options, folder: join(state, 'bench') },
    });
  }

  get stack(): Stack {
    return this.bench.stack;
  }

  /** Loads what is missing, and lets wallets out of all of them pay from now on. */
  async grow(size: Size): Promise<void> {
    const { bench } = this;
    const before = this.size;
    const startMs = bench.runtime.clock.monotonicMs();
    await loadWallets(bench.stack, {
      first: before.wallets + 1,
      count: size.wallets - before.wallets,
    });
    await loadPayments(bench.stack, bench.runtime, {
      first: before.payments + 1,
      count: size.payments - before.payments,
      wallets: size.wallets,
    });
    this.size = size;
    const seconds = Math.round((bench.runtime.clock.monotonicMs() - startMs) / 1_000);
    bench.progress(`loaded ${described(size)} in ${seconds} s`);
    await this.#driver?.close();
    const world = await worldOf(bench, { walletIds: payersOf(size), name: 'growth', seed: 1 });
    this.#driver = await PaymentDriver.open(bench, world);
  }

  get driver(): PaymentDriver {
    if (this.#driver === undefined) throw new Error('the state was not loaded');
    return this.#driver;
  }

  async close(): Promise<void> {
    await this.#driver?.close();
    await this.stack.stop();
  }

  /** Deletes what the stack kept. */
  async forget(): Promise<void> {
    await forgetStack(this.stack.state);
  }
}

function payersOf({ wallets }: Size): string[] {
  const length = Math.min(wallets, MOST_PAYERS);
  return Array.from({ length }, (_, at) => loadedWalletId(1 + Math.floor((at * wallets) / length)));
}
