import { testDatabase } from '@causeway/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { commit, count, facts, migrations, natsForTests, stream, untilCount } from './fixture.ts';

/** As production has it: three servers, and a copy of the stream on each. */
const REPLICAS = 3;
const [{ db }, world] = await Promise.all([testDatabase(migrations), natsForTests(REPLICAS)]);

/** The name of the server that leads the stream, and of those that follow it and are up to date. */
async function leadership(): Promise<{ leader: string | undefined; followers: string[] }> {
  const manager = await jetstreamManager(await world.nats.connection());
  const { cluster } = await manager.streams.info(stream.name);
  const followers = cluster?.replicas?.filter(({ current }) => current) ?? [];
  return { leader: cluster?.leader, followers: followers.map(({ name }) => name) };
}

test('when the leader of three servers is killed nothing is lost, and another leads', async () => {
  const publisher = world.publisher(db, { stream: { ...stream, replicas: REPLICAS } });
  world.consumer(db);
  await commit(db, publisher, facts('before', 50));
  // A cluster that has just come up first elects who leads it.
  await untilCount(db, 'inbox', 50, 40_000);
  const before = await leadership();
  expect([before.leader, ...before.followers].sort()).toEqual(['nats-1', 'nats-2', 'nats-3']);
  const killed = world.servers.find(({ process }) => process.spec.name === before.leader);
  await killed?.process.kill();
  await commit(db, publisher, facts('while it is gone', 50));
  await untilCount(db, 'inbox', 100, 40_000);
  await untilCount(db, 'event_queue', 0);
  const after = await leadership();
  expect(after.leader).not.toBe(before.leader);
  await killed?.process.start();
  await commit(db, publisher, facts('after', 50));
  await untilCount(db, 'inbox', 150, 40_000);
  expect(await count(db, 'parked_events')).toBe(0);
}, 120_000);
