import { openDatabase } from '@causeway/db';
import { DeclineReason, PaymentState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  openPayer,
  openShop,
  reasonOf,
  same,
  type World,
} from '../../../support/index.ts';
import type { Fault } from '../fault.ts';

const AMOUNT_MINOR = 1_280n;

/** Ages what a service remembers by years. A unique key has no notion of time; a cache has. */
const AGES: Readonly<Record<string, string>> = {
  routing: `UPDATE payments SET created_at = created_at - interval '9 years',
              updated_at = updated_at - interval '9 years',
              expires_at = expires_at - interval '9 years' WHERE payment_id = ANY ($1)`,
  wallet: `UPDATE charges SET created_at = created_at - interval '9 years',
             updated_at = updated_at - interval '9 years' WHERE payment_id = ANY ($1)`,
};

export const oldKey: Fault = {
  id: 4,
  title: 'a key is used again after any time',
  injected:
    'payments and a decline are made nine years old in the rows, all services start anew, and all is sent again',
  invariant: 'each is the same payment, and nobody is debited a second time',
  traffic: { clients: 0 },
  breaks: ['routing'],
  async run({ world, quick }) {
    const shop = await openShop(world);
    const [payer, poor] = await Promise.all([
      openPayer(world),
      openPayer(world, { balanceMinor: 0n }),
    ]);
    const codes = [await payer.code(), await payer.code(), await poor.code()];
    const requests = codes.map((code) => chargeOf(world, shop, code, AMOUNT_MINOR));
    const first = await Promise.all(requests.map((request) => charge(shop, request)));
    same(
      first.map(({ state, declineReason }) => [state, declineReason]),
      [
        [PaymentState.SUCCEEDED, DeclineReason.UNSPECIFIED],
        [PaymentState.SUCCEEDED, DeclineReason.UNSPECIFIED],
        [PaymentState.DECLINED, DeclineReason.INSUFFICIENT_FUNDS],
      ],
      'what was paid at first',
    );
    const balance = await payer.balance();
    await Promise.all(Object.keys(AGES).map((service) => age(world, service, first)));
    const restarted = quick ? ['routing'] : ['fx', 'wallet', 'routing', 'acquiring'];
    for (const service of restarted) await world.stack.processes.restart(service);
    await poor.topUp(10_000_00n);
    for (const [at, request] of requests.entries()) {
      const again = await charge(shop, request);
      const { paymentId, state, declineReason } = again;
      const before = first[at];
      same(
        [paymentId, state, declineReason],
        [before?.paymentId, before?.state, before?.declineReason],
        'a payment whose key is nine years old',
      );
      const fresh = { ...request, paymentCode: await payer.code() };
      const reason = await reasonOf(shop.partner.payments.createPayment(fresh));
      same(reason, 'IDEMPOTENCY_KEY_REUSED', 'an old key with a fresh code');
    }
    same(await payer.balance(), balance, 'the balance after old keys');
    same(await poor.balance(), 10_000_00n, 'the balance of whom was declined');
  },
};

async function age(
  { stack, runtime }: World,
  service: string,
  payments: readonly { paymentId: string }[],
): Promise<void> {
  const url = stack.databases[service] ?? '';
  const db = openDatabase({ url, runtime, maxConnections: 1 });
  try {
    await db.query(AGES[service] ?? '', [payments.map(({ paymentId }) => paymentId)]);
  } finally {
    await db.close();
  }
}
