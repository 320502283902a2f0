import { testStack } from '@causeway/testing';
import { afterAll, expect } from 'vitest';
import { verifyBooks, type World, worldOf } from '../../support/index.ts';

/** How long the facts of a file's payments may take to reach the books. */
const SETTLE_SECONDS = 20;

/**
 * Opens the way into the stack for one test file. After the file's last test the verifier
 * recomputes all books from the databases and the file fails unless every rule holds and nothing
 * is left in flight.
 */
export function openWorld({ timeoutMs = 10_000 } = {}): World {
  const world = worldOf(testStack(), { timeoutMs });
  afterAll(async () => {
    world.callers.close();
    const report = await verifyBooks(world.stack.state, SETTLE_SECONDS);
    expect(report).toMatchObject({ broken: [], ok: true, in_flight: 0 });
  }, 60_000);
  return world;
}
