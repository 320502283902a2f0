import { randomUUID } from 'node:crypto';
import { openDatabase } from '@causeway/db';
import type { World } from './world.ts';

/**
 * Has routing forget how routes did: a file that makes partners and services fail leaves circuits
 * open for minutes, and the files that come after it would find their routes closed. Routing takes
 * up the last snapshot when it starts, so the last one becomes an empty one.
 */
export async function forgetScores({ stack, runtime }: World): Promise<void> {
  await stack.processes.kill('routing');
  const db = openDatabase({ url: stack.databases.routing ?? '', runtime, maxConnections: 1 });
  try {
    await db.query(
      `INSERT INTO score_snapshots (snapshot_id, instance, taken_at, scores)
       VALUES ($1, 'end-to-end test', now(), '')`,
      [randomUUID()],
    );
  } finally {
    await db.close();
  }
  await stack.processes.restart('routing');
}
