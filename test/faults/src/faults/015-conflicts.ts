import { setTimeout as sleep } from 'node:timers/promises';
import { PaymentState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  finalPayment,
  holds,
  insist,
  minor,
  openPayer,
  openShop,
  same,
  until,
  type World,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { type ConflictAt, conflictsOn, deadlocksIn, waitInCircle } from '../injectors/conflicts.ts';
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
const AMOUNT_MINOR = 1_500n;
/** A busy machine may take long to bring a charge as far as to its locks. */
const MET_WITHIN_MS = 30_000;
/** The server tells of what it counted a moment later. */
const COUNTED_WITHIN_MS = 30_000;
/** Circles at once: whoever is in one repeats its transaction, and may meet the next. */
const AT_ONCE = 3;

/** Fault 15. */
export const conflicts: Fault = {
  id: 15,
  title: 'serialization failures and deadlocks',
  injected: `one write in ${FAILS_ONE_IN} fails with 40001, at its statement or at its commit; a wallet and its account are locked in the wrong order while it pays`,
  invariant: 'a bounded number of retries, no leak',
  traffic: { clients: 6 },
  async run(stage) {
    const { world, quick, note } = stage;
    const failed = await failures(stage, quick ? TABLES.slice(0, 4) : TABLES);
    holds(failed > 0, 'no write failed');
    const url = world.stack.databases.wallet ?? '';
    const before = await deadlocksIn(url);
    const rounds = quick ? 1 : 6;
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => paysInCircle(world, url)));
    }
    const circles = rounds * AT_ONCE;
    const deadlocks = () => deadlocksIn(url).then((now) => now - before);
    const counted = await until(deadlocks, (count) => count >= circles, {
      patienceMs: COUNTED_WITHIN_MS,
    });
    note({ serialization_failures: failed, deadlocks: counted });
    holds(counted >= circles, `Postgres ended ${counted} of ${circles} circles`);
    same(await transactionsLeftOpen(url), [], 'transactions left open');
  },
};

/** Has a wallet pay while another session locks it and its account the other way round. */
async function paysInCircle(world: World, url: string): Promise<void> {
  const [shop, payer] = await Promise.all([
    insist(() => openShop(world)),
    insist(() => openPayer(world)),
  ]);
  const opening = await payer.balance();
  const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  const circle = waitInCircle(url, payer.walletId, MET_WITHIN_MS);
  const charging = insist(() => charge(shop, request));
  holds(await circle, 'no charge came to the account that was locked');
  const { paymentId } = await charging;
  const paid = await finalPayment(shop, paymentId);
  same(paid.state, PaymentState.SUCCEEDED, `what became of ${paymentId} after a deadlock`);
  same(await payer.balance(), opening - minor(paid.payerAmount), 'the balance after a deadlock');
}

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
