import { PaymentState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  holds,
  insist,
  isPassing,
  openPayer,
  openShop,
  same,
} from '../../../support/index.ts';
import type { Fault } from '../fault.ts';

const AMOUNT_MINOR = 1_700n;
/** Less than any payment takes, so that its answer finds nobody. */
const HUNG_UP_AFTER_MS = 4;

export const replyLost: Fault = {
  id: 1,
  title: 'the reply is lost after the commit',
  injected: 'clients hang up a few milliseconds after they have sent a charge, and ask again',
  invariant: 'the retry returns the same payment, and the payer is debited once',
  traffic: { clients: 2 },
  breaks: [],
  async run({ world, quick, note }) {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const rounds = quick ? 8 : 40;
    let lost = 0;
    let spent = 0n;
    const before = await payer.balance();
    for (let round = 0; round < rounds; round += 1) {
      const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
      const options = { timeoutMs: HUNG_UP_AFTER_MS + round };
      await shop.partner.payments.createPayment(request, options).catch((error: unknown) => {
        if (!isPassing(error)) throw error;
        lost += 1;
      });
      const first = await insist(() => charge(shop, request));
      const second = await insist(() => charge(shop, request));
      same(second.paymentId, first.paymentId, 'the payment of a request that was repeated');
      holds(second.state === PaymentState.SUCCEEDED, `${second.paymentId} did not succeed`);
      spent += second.payerAmount?.amountMinor ?? 0n;
    }
    same(await payer.balance(), before - spent, 'the balance after payments with lost replies');
    holds(lost > 0, 'no reply was ever lost');
    note({ replies_lost: lost });
  },
};
