import type { Looped } from '../measure/closed-loop.ts';
import { type Helper, startHelper } from '../measure/helper.ts';
import { Histogram, latencyOf } from '../measure/histogram.ts';
import { makeOwnDatabase, settleDisk } from '../own-database.ts';
import type { Bench, Part, Problem, Sample } from '../part.ts';
import { checkLedger } from './check.ts';
import type { PreparedLedger } from './load.ts';
import type { LedgerLoad, LedgerLooped, Mix, Writer } from './protocol.ts';

interface Case {
  line: string;
  title: string;
  mix: Mix;
  writer: Writer;
  inFlight: number;
}

/** While one batch of 256 is written, the next one gathers. */
const BATCHED = { writer: 'batched', inFlight: 512 } as const;
const ALONE = { mix: 'uniform', inFlight: 32 } as const;

/** Each in the lane of its place in this list. */
const CASES: readonly Case[] = [
  { line: 'ledger.uniform', title: 'spread evenly', mix: 'uniform', ...BATCHED },
  { line: 'ledger.hot', title: 'a hot account', mix: 'hot', ...BATCHED },
  {
    line: 'ledger.hot_rejects',
    title: 'a hot account, 1 % rejected',
    mix: 'hot_rejects',
    ...BATCHED,
  },
  {
    line: 'ledger.hot_duplicates',
    title: 'a hot account, 1 % repeated',
    mix: 'hot_duplicates',
    ...BATCHED,
  },
  { line: 'ledger.holds', title: 'holds, each captured', mix: 'holds', ...BATCHED },
  {
    line: 'naive.one_each',
    title: 'our code, a transaction per transfer',
    writer: 'one_each',
    ...ALONE,
  },
  {
    line: 'naive.plain_sql',
    title: 'plain SQL, a transaction per transfer',
    writer: 'plain_sql',
    ...ALONE,
  },
];

/** Accounts that transfers are spread over, in each lane. */
const WALLETS = 10_000;
const TINY_WALLETS = 200;
/** Batches go by so fast that less time tells as much. */
const SECONDS_SHARE = 0.6;

/** The ledger without services around it: one process that draws and writes transfers. */
export class LedgerPart implements Part {
  readonly name = 'ledger';
  readonly title = 'Ledger alone, transfers drawn and written by one process';
  readonly #answered = new Map<string, number>();
  #load: Helper | undefined;
  #url = '';
  #walletCount = WALLETS;

  closingSeconds(): number {
    return 20;
  }

  async prepare({ options, stack, watch }: Bench): Promise<void> {
    this.#url = await makeOwnDatabase(stack, 'bench_ledger');
    this.#load = await startHelper('bench-work');
    watch.follow('ledger', this.#load.pid);
    if (options.tiny) this.#walletCount = TINY_WALLETS;
    const ledger: PreparedLedger = {
      url: this.#url,
      lanes: CASES.map((_, lane) => lane),
      walletCount: this.#walletCount,
    };
    await this.#load.ask('prepareLedger', ledger);
    await settleDisk(this.#url);
  }

  async round(bench: Bench): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const [lane, each] of CASES.entries())
      samples.push(await this.#measure(bench, each, lane));
    await settleDisk(this.#url);
    return samples;
  }

  async check({ progress, runtime }: Bench): Promise<Problem[]> {
    progress('recomputing the ledger from its transfers');
    return checkLedger(this.#url, runtime, this.#answered);
  }

  async close(): Promise<void> {
    await this.#load?.stop();
  }

  async #measure({ options, progress, watch }: Bench, each: Case, lane: number): Promise<Sample> {
    const { line, mix, writer, inFlight } = each;
    const title = `${each.title}, ${inFlight} in flight`;
    progress(`ledger, ${title}`);
    const seconds = options.seconds * SECONDS_SHARE;
    const ledger = { url: this.#url, lane, walletCount: this.#walletCount };
    const load: LedgerLoad = { ...ledger, mix, writer, inFlight, seconds };
    const { result, busy } = await watch.during(async () => this.#ask(load));
    for (const [key, count] of Object.entries(result.answered)) {
      this.#answered.set(key, (this.#answered.get(key) ?? 0) + count);
    }
    const { perSecond, latency } = result satisfies Looped;
    return { line, title, perSecond, ...latencyOf(Histogram.from(latency)), busy, valid: true };
  }

  #ask(load: LedgerLoad): Promise<LedgerLooped> {
    if (this.#load === undefined) throw new Error('the ledger was not prepared');
    return this.#load.ask<LedgerLooped>('ledger', load);
  }
}
