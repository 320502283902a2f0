import { join } from 'node:path';
import { openDatabase } from '@causeway/db';
import { PaymentState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  holds,
  openPayer,
  openShop,
  type Payer,
  pay,
  readByRequest,
  type Shop,
  startOwnStack,
  until,
  type World,
} from '../../../support/index.ts';
import { ClientLog } from '../clients/log.ts';
import { recorded } from '../clients/recorded.ts';
import type { Fault } from '../fault.ts';
import type { Finding } from '../finding.ts';
import { Judge } from '../judge/judge.ts';

const AMOUNT_MINOR = 1_700n;
const FOUND_WITHIN_MS = 25_000;

/** A stack of its own, which stays broken, with somebody who pays there. */
interface Lied {
  world: World;
  shop: Shop;
  payer: Payer;
}

/** One wrong that is done on purpose. */
interface Lie {
  name: string;
  /** Does it; answers what the judge must say, a pattern of its words. */
  tell(lied: Lied): Promise<RegExp>;
}

/** What one has broken stays broken, so each is known by what it adds. */
const LIES: readonly Lie[] = [
  {
    name: 'an event is acknowledged before the commit',
    async tell(lied) {
      await plant(lied.world, 'event-acked-before-commit', 'settlement');
      const { paymentId } = await paid(lied);
      // The books catch up with the next one, and not with this one.
      await paid(lied);
      return new RegExp(`${paymentId}: payments say .* books say 0 and 0`);
    },
  },
  {
    name: 'a tombstone is dropped',
    async tell({ world, shop, payer }) {
      await plant(world, 'tombstone-dropped', 'wallet');
      const late = { CAUSEWAY_FAILPOINTS: 'routing.charge.sending=delay:4000@1' };
      await world.stack.processes.restart('routing', late);
      const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
      const charging = charge(shop, request);
      const { paymentRequestId } = request;
      // The cancel must come after the intent, and before the charge that is held up.
      const pending = () => readByRequest(shop, paymentRequestId).catch(() => undefined);
      await until(pending, (seen) => seen?.state === PaymentState.PENDING);
      const { payment } = await shop.partner.payments.cancelPayment({ paymentRequestId });
      await charging;
      return new RegExp(`${payment?.paymentId}: switch 0, wallet [1-9]`);
    },
  },
  {
    name: 'an entry is skipped',
    async tell(lied) {
      await plant(lied.world, 'entry-skipped', 'wallet');
      await Promise.all(Array.from({ length: 20 }, () => paid(lied)));
      return /sums: HKD: [1-9]/;
    },
  },
  {
    name: 'a debit is doubled',
    async tell(lied) {
      await plant(lied.world, 'debit-doubled', 'peak-wallet');
      const payer = await openPayer(lied.world, { issuerId: 'peak-wallet' });
      await Promise.all(Array.from({ length: 20 }, () => paid({ ...lied, payer })));
      return /wallet peak-wallet: balances/;
    },
  },
  {
    name: 'a payment that was answered is recorded otherwise',
    async tell(lied) {
      const { paymentId } = await paid(lied);
      const { stack, runtime } = lied.world;
      const db = openDatabase({ url: stack.databases.routing ?? '', runtime, maxConnections: 1 });
      await db.query(
        "UPDATE payments SET state = 'DECLINED', decline_reason = 1 WHERE payment_id = $1",
        [paymentId],
      );
      await db.close();
      return new RegExp(`${paymentId}: SUCCEEDED was answered, DECLINED is recorded`);
    },
  },
];

export const liedTo: Fault = {
  id: 30,
  title: 'the judge is lied to',
  injected:
    'wrongs are planted in the code of a stack of its own, and a row is changed behind its back',
  invariant: 'the judge finds each of them, and nothing where nothing is planted',
  apart: true,
  async run({ quick, chance, say, note, stack }) {
    const log = new ClientLog(join(stack.state, '..', 'answers-planted.jsonl'));
    // The judge is on trial here: services that look at their own books would let nobody pay any more.
    const own = await startOwnStack({ PROBE_SECONDS: '0' }, undefined, {
      between: (callers) => recorded(callers, log),
    });
    const { world } = own;
    try {
      const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
      await paid({ world, shop, payer });
      const before = await (await Judge.of(world, log)).all();
      holds(before.length === 0, `of a sound stack the judge says: ${wordsOf(before)}`);
      const from = quick ? Math.floor(chance() * (LIES.length - 1)) : 0;
      const told = quick ? LIES.slice(from, from + 2) : LIES;
      for (const { name, tell } of told) {
        say(name);
        const expected = await tell({ world, shop, payer });
        await isFound(world, log, expected, name);
      }
      note({ planted: told.length });
    } finally {
      await own.stop();
      await log.close();
    }
  },
};

/** A judge who waits for nothing looks again until it finds it. */
async function isFound(world: World, log: ClientLog, expected: RegExp, name: string) {
  const look = async () =>
    (await Judge.of(world, log, { settleSeconds: 0, graceSeconds: 0 })).all();
  const says = (found: Finding[]) => found.some(({ what }) => expected.test(what));
  const found = await until(look, says, { patienceMs: FOUND_WITHIN_MS });
  holds(says(found), `${name}, and the judge says only: ${wordsOf(found)}`);
}

function wordsOf(found: readonly Finding[]): string {
  return found.map(({ what }) => what).join('; ') || 'nothing';
}

function paid({ world, shop, payer }: Lied) {
  return pay(world, payer, shop, AMOUNT_MINOR);
}

async function plant(world: World, name: string, ...services: string[]): Promise<void> {
  const { restart } = world.stack.processes;
  await Promise.all(services.map((service) => restart(service, { CAUSEWAY_PLANT: name })));
}
