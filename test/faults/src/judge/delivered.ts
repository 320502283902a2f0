import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../finding.ts';
import type { Read } from './databases.ts';

const DELIVERED_WITHIN_MS = 60_000;
const POLL_MS = 1_000;

/** Deliveries of webhooks that are neither done nor given up. */
const WAITING = `
  SELECT w.partner_id, count(*)::text AS waiting
  FROM webhook_deliveries d JOIN webhooks w USING (lane, hook_id)
  WHERE d.state <> 2 AND w.enabled AND w.ended_at IS NULL GROUP BY w.partner_id`;

/**
 * Holds what acquirers were told to what routing has to tell: each fact stands once in the feed of its
 * acquirer, and each webhook was taken. What is on its way has a minute.
 */
export async function judgeDelivered(read: Read): Promise<Finding[]> {
  const giveUpAtMs = performance.now() + DELIVERED_WITHIN_MS;
  for (;;) {
    const found = [...(await feeds(read)), ...(await webhooks(read))];
    if (found.length === 0 || performance.now() > giveUpAtMs) return found;
    await sleep(POLL_MS);
  }
}

async function feeds(read: Read): Promise<Finding[]> {
  const facts = await read<{ fact_id: string }>('routing', 'SELECT fact_id FROM payment_facts');
  const fed = await read<{ fact_id: string; times: number }>(
    'acquiring',
    'SELECT fact_id, count(*)::integer AS times FROM payment_feed GROUP BY fact_id',
  );
  const known = new Set(facts.map(({ fact_id: id }) => id));
  const told = new Set(fed.map(({ fact_id: id }) => id));
  const missing = facts.filter(({ fact_id: id }) => !told.has(id));
  const twice = fed.filter(({ times }) => times > 1);
  const madeUp = fed.filter(({ fact_id: id }) => !known.has(id));
  return [
    ...some('stuck', missing, 'facts never reached the feed'),
    ...some('doubled', twice, 'facts stand twice in the feed'),
    ...some('lost', madeUp, 'facts in the feed are not recorded'),
  ];
}

function some(
  kind: Finding['kind'],
  rows: readonly { fact_id: string }[],
  what: string,
): Finding[] {
  const [first] = rows;
  return first === undefined
    ? []
    : [{ kind, what: `${rows.length} ${what}, such as ${first.fact_id}` }];
}

async function webhooks(read: Read): Promise<Finding[]> {
  const rows = await read<{ partner_id: string; waiting: string }>('acquiring', WAITING);
  return rows.map(({ partner_id: partner, waiting }) => ({
    kind: 'stuck',
    what: `${waiting} webhooks of ${partner} were never taken`,
  }));
}
