import { withClient } from '@causeway/deploy-local';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Bench } from '../part.ts';

type Client = Parameters<Parameters<typeof withClient>[1]>[0];

const STREAM = 'CAUSEWAY_ROUTING';
/** Who consumes the facts of payments: the switch's books, and the partners' feeds. */
const CONSUMERS = ['settlement-books', 'acquiring-feed'] as const;

/** How far facts are behind the payments at one moment. A message carries the facts of a commit. */
export interface Backlog {
  /** Seconds on the monotonic clock. */
  atSeconds: number;
  /** Messages that wait to be published, and for how long the oldest has waited, in seconds. */
  queued: number;
  oldestSeconds: number;
  /** Messages published so far. */
  published: number;
  /** Published and not yet handled, of the consumer that has most of them. */
  unhandled: number;
}

/** Looks at the outbox and at the consumers while payments go on. */
export interface FactsWatch {
  look(): Promise<Backlog>;
  /** Looks every `everyMs` until the answer is called, which answers what was seen. */
  follow(everyMs: number): () => Promise<Backlog[]>;
  /** Waits until every fact is handled. Answers the seconds that took; throws after `maxSeconds`. */
  untilHandled(maxSeconds: number): Promise<number>;
  close(): Promise<void>;
}

const QUEUE = `
  SELECT count(*)::integer AS queued,
         coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8
           AS "oldestSeconds"
    FROM event_queue`;

const DRAIN_POLL_MS = 10;

/** Opens a way to look at the facts of a stack, with connections of its own. */
export async function watchFacts({ stack, runtime }: Bench): Promise<FactsWatch> {
  const { clock, timers } = runtime;
  const nats = await connectTo(stack.natsUrl);
  const manager = await jetstreamManager(nats);
  const database = await openClient(stack.databases['routing'] ?? '');

  const look = async (): Promise<Backlog> => {
    const { rows } = await database.client.query<{ queued: number; oldestSeconds: number }>({
      name: 'queue',
      text: QUEUE,
    });
    const consumers = await Promise.all(
      CONSUMERS.map(async (durable) => {
        const { num_pending, num_ack_pending, delivered } = await manager.consumers.info(
          STREAM,
          durable,
        );
        return {
          published: delivered.stream_seq + num_pending,
          unhandled: num_pending + num_ack_pending,
        };
      }),
    );
    const [{ queued, oldestSeconds } = { queued: 0, oldestSeconds: 0 }] = rows;
    return {
      atSeconds: clock.monotonicMs() / 1_000,
      ...{ queued, oldestSeconds },
      published: Math.max(...consumers.map(({ published }) => published)),
      unhandled: Math.max(...consumers.map(({ unhandled }) => unhandled)),
    };
  };

  return {
    look,
    follow(everyMs) {
      const seen: Backlog[] = [];
      let ended = false;
      const following = (async () => {
        while (!ended) {
          seen.push(await look());
          await timers.sleep(everyMs);
        }
      })();
      return async () => {
        ended = true;
        await following;
        return seen;
      };
    },
    async untilHandled(maxSeconds) {
      const startMs = clock.monotonicMs();
      for (;;) {
        const { queued, unhandled } = await look();
        const seconds = (clock.monotonicMs() - startMs) / 1_000;
        if (queued === 0 && unhandled === 0) return seconds;
        if (seconds > maxSeconds) {
          throw new Error(
            `after ${maxSeconds} s ${queued} facts are queued and ${unhandled} not handled`,
          );
        }
        await timers.sleep(DRAIN_POLL_MS);
      }
    },
    async close() {
      await database.close();
      await nats.close();
    },
  };
}

function connectTo(natsUrl: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(natsUrl);
  return connect({
    servers: [host],
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
  });
}

/** A connection that stays, where `withClient` gives one for the length of a function. */
async function openClient(url: string): Promise<{ client: Client; close(): Promise<void> }> {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return new Promise((resolve, reject) => {
    const open = withClient(url, async (client) => {
      const close = async () => {
        release();
        await open;
      };
      resolve({ client, close });
      await released;
    });
    open.catch(reject);
  });
}

/**
 * By how many seconds facts were further behind in the last third of the looks than in the first:
 * above zero they do not keep up. What is not handled counts by the time that it took to publish.
 */
export function growthSeconds(seen: readonly Backlog[]): number {
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || last.published <= first.published) return 0;
  const perMessage = (last.atSeconds - first.atSeconds) / (last.published - first.published);
  const behind = seen.map(({ oldestSeconds, unhandled }) => oldestSeconds + unhandled * perMessage);
  const third = Math.max(1, Math.floor(behind.length / 3));
  return mean(behind.slice(-third)) - mean(behind.slice(0, third));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
