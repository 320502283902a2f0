import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import {
  chargeOf,
  holds,
  insist,
  openPayer,
  openShop,
  same,
  until,
} from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { withDatabases } from '../judge/databases.ts';

const AMOUNT_MINOR = 50_000n;
const RICH_MINOR = 50_000_00n;
const DECLINED = 'SELECT state FROM charges WHERE payment_id = $1';

/** Where the decline gets lost: before routing has it, or before the acquirer has it. */
const WHERE = {
  routing: 'routing.charge.answered=error@1',
  acquiring: 'acquiring.payment.routed=error@1',
} as const;

export const declineLost: Fault = {
  id: 27,
  title: 'a decline is lost, then the wallet is topped up, then the charge is sent again',
  injected:
    'the answer is dropped between wallet and routing, and between routing and the acquirer',
  invariant: 'it is still declined, and nothing is taken',
  traffic: { clients: 0 },
  async run({ world, note }) {
    const shop = await openShop(world);
    let lost = 0;
    for (const [service, failpoint] of Object.entries(WHERE)) {
      await world.stack.processes.restart(service, { CAUSEWAY_FAILPOINTS: failpoint });
      const payer = await openPayer(world, { balanceMinor: 100n });
      const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
      const call = () => shop.partner.payments.createPayment(request);
      const first = await call().catch(() => undefined);
      if (first?.payment?.state !== PaymentState.DECLINED) lost += 1;
      const { payment } = await insist(call);
      const paymentId = payment?.paymentId ?? '';
      // The wallet operator has declined it before anything comes into the wallet.
      const states = await withDatabases(world, (read) =>
        until(
          () => read<{ state: string }>('wallets', DECLINED, [paymentId]),
          (rows) => rows.length > 0,
        ),
      );
      same(states, [{ state: 'declined' }], 'the charge at the wallet operator');
      await payer.topUp(RICH_MINOR);
      const again = await until(
        async () => (await insist(call)).payment,
        (seen) => seen?.state !== PaymentState.PENDING,
      );
      same(endOf(again), [PaymentState.DECLINED, DeclineReason.INSUFFICIENT_FUNDS], 'the end');
      same(await payer.balance(), RICH_MINOR + 100n, 'the balance after the decline');
      await world.stack.processes.restart(service);
    }
    holds(lost > 0, 'no decline was lost');
    note({ declines_lost: lost });
  },
};

function endOf(payment: Payment | undefined) {
  return [payment?.state, payment?.declineReason];
}
