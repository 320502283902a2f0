import { setTimeout as sleep } from 'node:timers/promises';
import { holds, same } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import {
  type ConflictAt,
  conflictsOn,
  deadlocksOf,
  waitInCircles,
} from '../injectors/conflicts.ts';
import { transactionsLeftOpen } from '../injectors/sessions.ts';

/** Whose writes fail, where and when. */
const TABLES: readonly (readonly [service: string, table: string, at: ConflictAt])[] = [
  ['routing', 'payments', 'statement'],
  ['wallet', 'charges', 'commit'],
  ['settlement', 'bookings', 'commit'],
  ['acquiring', 'payment_feed', 'statement'],
  ['routing', 'event_queue', 'commit'],
  ['wallet', 'ledger_transfers', 'statement'],
];
const FAILS_ONE_IN = 3;
const TIMES = 6;

/** Fault 15. */
export const conflicts: Fault = {
  id: 15,
  title: 'serialization failures and deadlocks',
  injected: `one write in ${FAILS_ONE_IN} fails with 40001, at its statement or at its commit; accounts are locked in the wrong order`,
  invariant: 'a bounded number of retries, no leak',
  traffic: { clients: 6 },
  async run(stage) {
    const { world, quick, note } = stage;
    const failed = await failures(stage, quick ? TABLES.slice(0, 4) : TABLES);
    const { databases } = world.stack;
    const before = deadlocksOf(world.stack, 'wallet');
    let deadlocks = 0;
    // On a busy machine nobody may come by in that time.
    for (let time = 0; time < TIMES && deadlocks === 0; time += 1) {
      await waitInCircles(databases.wallet ?? '', quick ? 2_000 : 20_000);
      deadlocks = deadlocksOf(world.stack, 'wallet') - before;
    }
    note({ serialization_failures: failed, deadlocks });
    holds(failed > 0, 'no write failed');
    holds(deadlocks > 0, 'nobody waited in a circle');
    same(await transactionsLeftOpen(databases.wallet ?? ''), [], 'transactions left open');
  },
};

async function failures({ world, quick }: Stage, tables: typeof TABLES): Promise<number> {
  const { databases } = world.stack;
  const under = await Promise.all(
    tables.map(([service, table, at]) =>
      conflictsOn(databases[service] ?? '', { table, at, every: FAILS_ONE_IN }),
    ),
  );
  await sleep(quick ? 1_500 : 20_000);
  const met = await Promise.all(under.map((each) => each.lift()));
  return met.reduce((sum, each) => sum + each, 0);
}
