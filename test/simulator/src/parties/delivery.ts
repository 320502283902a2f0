import type { Caller } from '../kernel/host.ts';
import { Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Network } from '../kernel/network.ts';
import { StoreLink } from '../kernel/store-link.ts';
import type { MemoryOutbox, NameOf } from '../stores/routing-stores.ts';
import type { KeptFact, Place, QueueRow, RoutingTables } from '../stores/routing-tables.ts';
import type { BooksTables } from './books.ts';

const CLAIM_MS = 15_000;
const POLL_MS = 1_000;
const ACK_TIMEOUT_MS = 5_000;
const REDELIVER_MS = 8_000;

/** What the stream answers: that it has stored the facts of a row. */
export interface StreamService {
  store(row: Pick<QueueRow, 'batchId' | 'facts'>): Promise<void>;
}

/** What the consumer answers: that the facts have taken effect. */
export interface ConsumerService {
  handle(facts: readonly KeptFact[]): Promise<void>;
}

/**
 * The stream between routing and its consumers. It keeps what it has acknowledged unless its storage
 * is wiped, and delivers again what nobody has acknowledged.
 */
export class Stream {
  readonly #unacknowledged = new Map<string, readonly KeptFact[]>();
  #count = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly network: Network,
    private readonly self: Caller,
    private readonly consumer: Host<ConsumerService>,
    private readonly nameOf: NameOf,
  ) {}

  /** Whether everything has been acknowledged. */
  get isDrained(): boolean {
    return this.#unacknowledged.size === 0;
  }

  /** Loses all that it has stored. */
  wipe(): void {
    this.#unacknowledged.clear();
  }

  readonly service: StreamService = {
    store: async ({ batchId, facts }) => {
      this.#count += 1;
      const name = `${batchId} ${this.#count}`;
      this.#unacknowledged.set(name, facts);
      this.#deliver(name);
    },
  };

  #deliver(name: string): void {
    const facts = this.#unacknowledged.get(name);
    if (facts === undefined) return;
    void this.network
      .call({
        ...{ from: this.self, to: this.consumer, method: 'deliver' },
        about: aboutFacts(facts, this.nameOf),
        timeoutMs: REDELIVER_MS,
        serve: (consumer) => consumer.handle(facts),
      })
      .then(
        () => void this.#unacknowledged.delete(name),
        () => this.kernel.after(REDELIVER_MS, () => this.#deliver(name)),
      );
  }
}

/** The consumer of the facts: it acknowledges what it has committed. */
export function consumerHost(kernel: Kernel, tables: BooksTables): Host<ConsumerService> {
  return new Host(kernel, 'books', (self) => {
    const link = new StoreLink(kernel, self);
    return {
      handle: (facts) =>
        link.run('take in', facts.map(({ fact }) => fact.kind).join(' '), () => {
          for (const fact of facts) tables.takeIn(fact);
        }),
    };
  });
}

/**
 * Publishes the facts of one process: from memory what it has committed itself, and from the queue
 * what nobody has published. A row goes from the queue once it is acknowledged.
 */
export function publisher(
  kernel: Kernel,
  network: Network,
  self: Caller,
  stream: Host<StreamService>,
  tables: RoutingTables,
  nameOf: NameOf,
): MemoryOutbox {
  const { runtime } = self.life;
  const link = new StoreLink(kernel, self);
  const publish = async (row: Pick<QueueRow, 'batchId' | 'facts'>) => {
    const { batchId } = row;
    await network.call({
      ...{ from: self, to: stream, method: 'publish', timeoutMs: ACK_TIMEOUT_MS },
      about: aboutFacts(row.facts, nameOf),
      serve: (service) => service.store(row),
    });
    await link.run(
      'remove',
      aboutFacts(row.facts, nameOf),
      () => void tables.queue.delete(batchId),
    );
  };
  runtime.timers.every(POLL_MS, async () => {
    const nowMs = runtime.clock.nowMs();
    const due = await link
      .run('claim', 'the queue', () => tables.claimQueue(nowMs, nowMs + CLAIM_MS))
      .catch(() => []);
    for (const row of due) void publish(row).catch(() => undefined);
  });
  return {
    place: (): Place => ({
      batchId: runtime.random.uuid(),
      availableAtMs: runtime.clock.nowMs() + CLAIM_MS,
    }),
    publish(place, facts) {
      if (facts.length > 0) {
        void publish({ batchId: place.batchId, facts: [...facts] }).catch(() => undefined);
      }
    },
  };
}

/** The facts by their payments: `P3 succeeded`. */
function aboutFacts(facts: readonly KeptFact[], nameOf: NameOf): string {
  return facts.map(({ payment, fact }) => `${nameOf(payment.paymentId)} ${fact.kind}`).join(', ');
}
