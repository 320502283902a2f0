import { setTimeout as sleep } from 'node:timers/promises';
import { wholeBetween } from '@causeway/sandbox';
import { holds, same } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { endTransactions, transactionsLeftOpen } from '../injectors/sessions.ts';

/** Fault 14. */
export const postgresKilled: Fault = {
  id: 14,
  title: 'Postgres killed and restarted under load',
  injected:
    'kill -9 of the postmaster; sessions ended and connections reset in the middle of transactions; links that are half-open',
  invariant: 'no acknowledged payment is lost, no transaction is left open',
  traffic: { clients: 6 },
  async run(stage) {
    const { quick, world, note, links } = stage;
    for (let time = 0; time < (quick ? 1 : 6); time += 1) await killPostgres(stage);
    const url = world.stack.databases.routing ?? '';
    const ended = await endTransactions(url, { forMs: quick ? 1_000 : 15_000, share: 0.4 });
    holds(ended > 0, 'no session was in a transaction');
    const cut = await cutLinks(stage);
    const silent = links.names('postgres');
    if (!quick) {
      await links.set(silent, { kind: 'silent', at: 'caller' });
      await sleep(15_000);
      await links.set(silent, { kind: 'clear' });
    }
    note({ sessions_ended: ended, connections_cut: cut });
    same(await transactionsLeftOpen(url), [], 'transactions that were left open');
  },
};

async function killPostgres({ world, chance }: Stage): Promise<void> {
  const { processes } = world.stack;
  await processes.kill('postgres');
  await sleep(wholeBetween(chance, 100, 1_000));
  await processes.restart('postgres');
  await sleep(1_000);
}

/** Resets connections between services and Postgres, whatever is on them. */
async function cutLinks({ links, quick }: Stage): Promise<number> {
  let cut = 0;
  for (let time = 0; time < (quick ? 6 : 100); time += 1) {
    cut += await links.cut(links.names('postgres'), 0.1);
    await sleep(100);
  }
  holds(cut > 0, 'no connection was cut');
  return cut;
}
