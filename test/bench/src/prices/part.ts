import { openCallers } from '@causeway/callers';
import { ISSUER } from '@causeway/sandbox';
import type { Looped } from '../measure/closed-loop.ts';
import { type Helper, startHelper } from '../measure/helper.ts';
import { Histogram, latencyOf } from '../measure/histogram.ts';
import type { Bench, Part, Sample } from '../part.ts';
import { loadedWalletId, loadWallets } from '../past/wallets.ts';
import type { Asked, PricesLoad } from './load.ts';

const IN_FLIGHT = 256;
const CASES: readonly { asked: Asked; title: string }[] = [
  { asked: 'quotes', title: 'quotes, as routing asks for them' },
  { asked: 'boards', title: 'rate boards, a unary call each' },
  { asked: 'codes', title: 'payment codes, a unary call each' },
];

/** Numbers of wallets that no other part loads. */
const FIRST_WALLET = 91_000_001;
const WALLETS = 1_000;

/** What is asked of the system before a payment. */
export class PricesPart implements Part {
  readonly name = 'prices';
  readonly title = 'Prices and codes';
  #helper: Helper | undefined;
  #world: Omit<PricesLoad, 'asked' | 'inFlight' | 'seconds'> | undefined;

  async prepare(bench: Bench): Promise<void> {
    this.#world = await worldOf(bench);
    this.#helper = await startHelper('bench-work');
    bench.watch.follow('asking', this.#helper.pid);
  }

  async round(bench: Bench): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const each of CASES) samples.push(await this.#measure(bench, each.asked, each.title));
    return samples;
  }

  async close(): Promise<void> {
    await this.#helper?.stop();
  }

  async #measure({ options, progress, watch }: Bench, asked: Asked, name: string): Promise<Sample> {
    const [helper, world] = [this.#helper, this.#world];
    if (helper === undefined || world === undefined) throw new Error('prices were not prepared');
    const title = `${name}, ${IN_FLIGHT} in flight`;
    progress(title);
    const load: PricesLoad = { ...world, asked, inFlight: IN_FLIGHT, seconds: options.seconds };
    const { result, busy } = await watch.during(() => helper.ask<Looped>('prices', load));
    const latency = latencyOf(Histogram.from(result.latency));
    const { perSecond } = result;
    return { line: `prices.${asked}`, title, perSecond, ...latency, busy, valid: true };
  }
}

async function worldOf({ stack, runtime }: Bench) {
  const callers = openCallers(runtime, stack);
  try {
    const newest = { payerCurrencyCode: ISSUER.currencyCode, rateBoardId: '' };
    const { rateBoard } = await callers.as(ISSUER.id).fx.getRateBoard(newest);
    await loadWallets(stack, { first: FIRST_WALLET, count: WALLETS });
    return {
      fxAddress: addressOf(stack.endpoints, 'fx'),
      walletAddress: addressOf(stack.endpoints, 'wallet'),
      certs: stack.certs,
      issuerId: ISSUER.id,
      payerCurrencyCode: ISSUER.currencyCode,
      payeeCurrencyCodes: (rateBoard?.entries ?? []).map(
        ({ payeeCurrencyCode }) => payeeCurrencyCode,
      ),
      walletIds: Array.from({ length: WALLETS }, (_, n) => loadedWalletId(FIRST_WALLET + n)),
    };
  } finally {
    callers.close();
  }
}

function addressOf(endpoints: Bench['stack']['endpoints'], service: string): string {
  const address = endpoints[service];
  if (address === undefined) throw new Error(`the stack has no ${service}`);
  return address;
}
