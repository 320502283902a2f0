import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../../../support/index.ts';
import type { Finding } from '../finding.ts';
import type { Read } from './databases.ts';

/** How long everything may take to end once nothing is in its way. */
const TERMINAL_MS = 60_000;
const POLL_MS = 500;

/** Whatever routing owes to anybody. An order that waits for its payer is in nobody's debt. */
const OWED = `
  SELECT payment_id, step AS what FROM payments WHERE step NOT IN ('DONE', 'AWAIT_PAYER')
  UNION ALL SELECT payment_id, 'refund' FROM refunds WHERE state = 'PENDING'
  UNION ALL SELECT payment_id, 'money back from a partner' FROM reversals WHERE state = 'OWED_BACK'`;

interface Owed {
  payment_id: string;
  what: string;
}

/**
 * Waits until nothing is owed any more, and answers what still is after 60 s. What an incident was
 * raised for is parked: somebody has been alerted.
 */
export async function judgeTerminal(world: World, read: Read): Promise<Finding[]> {
  const giveUpAtMs = performance.now() + TERMINAL_MS;
  for (;;) {
    const owed = await read<Owed>('routing', OWED);
    if (owed.length === 0) return [];
    if (performance.now() > giveUpAtMs) return stuck(world, owed);
    await sleep(POLL_MS);
  }
}

function stuck({ stack }: World, owed: readonly Owed[]): Finding[] {
  const alerts = readFileSync(join(stack.state, 'logs', 'routing.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('an incident'));
  return owed
    .filter(({ payment_id: id }) => !alerts.some((line) => line.includes(id)))
    .map(({ payment_id: id, what }) => ({
      kind: 'stuck',
      what: `payment ${id} still owes ${what} ${TERMINAL_MS / 1_000} s after the fault, with no alert`,
    }));
}
