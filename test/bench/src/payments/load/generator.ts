import { setTimeout as sleep } from 'node:timers/promises';
import { CodeMaker } from './codes.ts';
import { drive, type Stop } from './drivers.ts';
import { connection, Partner, type Receiver } from './edges.ts';
import { Journal } from './journal.ts';
import { Load } from './load.ts';
import { Orders } from './order.ts';
import { Plan } from './plan.ts';
import type { CodesMade, Edge, LoadEnded, Measured, Pace, World } from './protocol.ts';

/** Codes that are asked for at once. */
const CODES_IN_FLIGHT = 256;
/** How often codes are made up for that were used meanwhile. */
const FEED_MS = 250;

/** The callers of one world: a wallet operator's back end and the partners, with their codes. */
export class Generator {
  readonly #world: World;
  readonly #chance: () => number;
  readonly #orders = new Orders();
  readonly #codes: CodeMaker;
  readonly #partners: readonly Partner[];
  readonly #journal: Journal;
  readonly #wallet;
  #load: Load | undefined;
  #stop: Stop = () => {};
  #fed: Promise<void> = Promise.resolve();

  constructor(world: World, chance: () => number) {
    this.#world = world;
    this.#chance = chance;
    const partnerIds = [...new Set(world.places.map(({ partnerId }) => partnerId))];
    this.#wallet = connection(world.walletAddress, world.certs, world.issuerId);
    this.#codes = new CodeMaker(world, this.#wallet, new Plan(world, chance), partnerIds);
    this.#journal = new Journal(world.journal);
    // Their answers belong to whatever load is under way.
    const receiver: Receiver = {
      answered: (order, bytes) => this.#load?.answered(order, bytes),
      streamed: (bytes) => this.#load?.streamed(bytes),
      failed: (order, reason, refused) => this.#load?.failed(order, reason, refused),
      broke: (partner, reason) => this.#load?.broke(partner, reason),
    };
    this.#partners = partnerIds.map(
      (id, index) =>
        new Partner(index, connection(world.acquiringAddress, world.certs, id, index), receiver),
    );
  }

  /** Makes codes until `wanted` of them are ready and young enough. */
  async makeCodes(wanted: number): Promise<CodesMade> {
    this.#orders.tidy(Date.now());
    const missing = Math.max(0, wanted - this.#orders.ready);
    const startedMs = performance.now();
    let begun = 0;
    const keepMaking = async () => {
      while (begun < missing) {
        begun += 1;
        this.#orders.add(await this.#codes.make());
      }
    };
    await Promise.all(Array.from({ length: CODES_IN_FLIGHT }, keepMaking));
    const seconds = (performance.now() - startedMs) / 1_000;
    return { made: missing, seconds, ready: this.#orders.ready };
  }

  /**
   * Begins to pay. Answers at once.
   *
   * @param keepReady how many codes shall always be ready: more are made while payments go on
   */
  begin(edge: Edge, pace: Pace, keepReady: number): void {
    if (this.#load !== undefined) throw new Error('a load is under way already');
    this.#load = new Load({
      edge,
      partners: this.#partners,
      journal: this.#journal,
      prefixLength: this.#world.run.length + 1,
      take: () => this.#orders.take(),
      ready: () => keepReady === 0 || this.#orders.ready > 0,
    });
    const stop = drive(this.#load, pace, this.#chance);
    const feeding = new AbortController();
    this.#fed = keepReady > 0 ? this.#keepFed(keepReady, feeding.signal) : Promise.resolve();
    this.#stop = () => {
      feeding.abort();
      stop();
    };
  }

  /** Counts for so long, or until the codes have run out. */
  async measure(seconds: number): Promise<Measured> {
    const load = this.#load;
    if (load === undefined) throw new Error('no load is under way');
    load.tally.begin();
    const startedMs = performance.now();
    if (!load.dry) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, seconds * 1_000);
        load.onDry = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return load.tally.end((performance.now() - startedMs) / 1_000, load.dry);
  }

  /** Stops sending and waits for the last answers. */
  async end(): Promise<LoadEnded> {
    this.#stop();
    await this.#fed;
    const ended = await this.#load?.finish();
    this.#load = undefined;
    if (ended === undefined) throw new Error('no load was under way');
    return ended;
  }

  close(): void {
    this.#journal.close();
    this.#wallet.close();
    for (const partner of this.#partners) partner.close();
  }

  async #keepFed(keepReady: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.makeCodes(keepReady);
      await sleep(FEED_MS);
    }
  }
}
