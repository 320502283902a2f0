import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columns, type Database, type Queryable } from '@causeway/db';
import { Guard, startNats, startNatsCluster } from '@causeway/deploy-local';
import { uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, vi } from 'vitest';
import {
  type ConsumerOptions,
  connectNats,
  enqueue,
  eventQueueSql,
  type Fact,
  type FactKey,
  type Publisher,
  type PublisherOptions,
  parkedDropsSql,
  parkedEventsSql,
  type QueuePlace,
  startConsumer,
  startPublisher,
} from './index.ts';

/** What the tests on real servers share: an inbox, a NATS, and what runs on them. */
export const migrations = [
  { name: '0001_queue', sql: eventQueueSql },
  { name: '0002_parked', sql: parkedEventsSql },
  { name: '0002_parked_drops', sql: parkedDropsSql },
  {
    name: '0003_inbox',
    sql: `CREATE TABLE inbox (fact_id uuid PRIMARY KEY, subject text, lane smallint);
          CREATE TABLE deliveries (fact_id uuid)`,
  },
  {
    name: '0004_history',
    sql: `CREATE TABLE history (fact_id uuid PRIMARY KEY, lane smallint, subject text,
                                payload bytea, traceparent text)`,
  },
];

export const stream = { name: 'TEST', subjects: ['causeway.test.>'] };
const subject = 'causeway.test.coin.struck.v1';

export function fact(name: string): Fact {
  const payload = new TextEncoder().encode(name);
  return { lane: 7, factId: uuidFrom('test', name), subject, payload };
}

export const facts = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => fact(`${prefix}-${index}`));

/** A consumer's effect: the inbox makes it one per fact, `deliveries` counts what came. */
export async function intoInbox(db: Database, batch: Fact[]): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { factId, subject, lane } of batch) {
      await tx.query('INSERT INTO deliveries VALUES ($1)', [factId]);
      await tx.query('INSERT INTO inbox VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        factId,
        subject,
        lane,
      ]);
    }
  });
}

/** A fact's key, of which a service would make more: here the fact is what it is about. */
export const keyOf = ({ lane, factId }: Fact): FactKey => ({ lane, aboutId: factId, version: 1 });

const RECORD = `
  INSERT INTO history (fact_id, lane, subject, payload, traceparent)
  SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::bytea[], $5::text[])
  ON CONFLICT DO NOTHING`;

/** Commits facts to the history and to the queue, in the way of a service. */
export async function record(tx: Queryable, batch: Fact[], place?: QueuePlace): Promise<void> {
  const rows = columns(
    batch,
    (one) => one.factId,
    (one) => one.lane,
    (one) => one.subject,
    (one) => one.payload,
    (one) => one.traceparent,
  );
  await tx.query(RECORD, rows);
  await enqueue(tx, batch.map(keyOf), place);
}

/** Facts for whoever looks into the queue. */
export const put = (db: Database, batch: Fact[]) => db.transaction((tx) => record(tx, batch));

/** Facts that their publisher takes from memory. */
export async function commit(db: Database, publisher: Publisher, batch: Fact[]): Promise<void> {
  const place = publisher.place(batch[0]?.lane ?? 0);
  await db.transaction((tx) => record(tx, batch, place));
  publisher.publish(place, batch);
}

async function factsNamed(db: Database, keys: readonly FactKey[]): Promise<Fact[]> {
  const ids = keys.map(({ aboutId }) => aboutId);
  return db.query<Fact>(
    `SELECT fact_id AS "factId", lane, subject, payload, traceparent
       FROM history WHERE fact_id = ANY ($1::uuid[])`,
    [ids],
  );
}

export async function count(db: Database, table: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${table}`);
  return row?.n ?? 0;
}

/** Waits until a table holds exactly so many rows. */
export const untilCount = (db: Database, table: string, rows: number, timeout = 15_000) =>
  vi.waitFor(
    async () => {
      const found = await count(db, table);
      if (found !== rows) throw new Error(`${table} has ${found} rows, not ${rows}`);
    },
    { timeout, interval: 20 },
  );

/**
 * A NATS server of this test file, or a cluster of several, and everything started on it, ended
 * after the file.
 */
export async function natsForTests(count = 1) {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-events-'));
  const guard = new Guard();
  const logFile = join(folder, 'nats.log');
  const options = { folder, logFile, guard, say: () => {} };
  const servers =
    count === 1
      ? [await startNats({ ...options, folder: join(folder, 'nats') })]
      : await startNatsCluster(options, count);
  const [server] = servers;
  if (server === undefined) throw new RangeError('a cluster has at least one server');
  const runtime = quietRuntime('events-test');
  const nats = connectNats({ url: servers.map(({ url }) => url).join(','), runtime });
  const running = new Set<{ stop(): Promise<void> }>();
  const started = <T extends { stop(): Promise<void> }>(one: T): T => {
    running.add(one);
    return one;
  };
  const stopAll = async () => {
    await Promise.all([...running].map((one) => one.stop()));
    running.clear();
  };
  afterAll(async () => {
    await stopAll();
    await nats.close();
    await Promise.all(servers.map((one) => one.process.stop()));
    guard.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    server,
    servers,
    runtime,
    nats,
    stopAll,
    publisher: (db: Database, options: Partial<PublisherOptions> = {}) =>
      started(
        startPublisher({
          db,
          nats,
          runtime,
          stream,
          history: (keys) => factsNamed(db, keys),
          ...options,
        }),
      ),
    consumer: (db: Database, options: Partial<ConsumerOptions> = {}) =>
      started(
        startConsumer({
          nats,
          runtime,
          db,
          stream: stream.name,
          durable: 'inbox',
          subjects: stream.subjects,
          handle: (batch) => intoInbox(db, batch),
          ...options,
        }),
      ),
    /** Ends all that runs and removes the stream and the rows, so that tests share nothing. */
    async clean(db: Database) {
      await stopAll();
      const manager = await jetstreamManager(await nats.connection());
      await manager.streams.delete(stream.name).catch(() => {});
      await db.query('TRUNCATE event_queue, parked_events, inbox, deliveries, history');
      runtime.logged.length = 0;
    },
    /** The server loses its storage while it is down. */
    async wipe() {
      await server.process.stop();
      rmSync(join(folder, 'nats', 'store'), { recursive: true });
      await server.process.start();
    },
  };
}
