import type { CreatePaymentRequest } from '@causeway/proto/acquiring';
import { RefundState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  openPayer,
  openShop,
  readPayment,
  reasonOf,
  refund,
  same,
  until,
} from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { withDatabases } from '../judge/databases.ts';

const AMOUNT_MINOR = 1_280n;
const REUSED = 'IDEMPOTENCY_KEY_REUSED';

/** Every row that tells of one payment, in routing and at its wallet operator. */
const ROUTING = `
  SELECT (SELECT json_agg(p.xmin::text) FROM payments p WHERE payment_id = $1::text::uuid)::text
    || (SELECT json_agg(f.version) FROM payment_facts f WHERE payment_id = $1::text::uuid)::text
    || coalesce((SELECT json_agg(r.refund_id) FROM refunds r WHERE payment_id = $1::text::uuid)::text, '') AS rows`;
const WALLET = `
  SELECT coalesce((SELECT json_agg(c.xmin::text) FROM charges c WHERE payment_id = $1::text::uuid)::text, '')
    || coalesce((SELECT json_agg(t.transfer_id) FROM ledger_transfers t
                 WHERE t.reference = $1::text)::text, '') AS rows`;

export const otherContent: Fault = {
  id: 3,
  title: 'the same key with other content',
  injected: 'charges, refunds and top-ups are sent again under their ids with each field changed',
  invariant: 'each is refused, and no row of the payment is written',
  breaks: [],
  async run({ world, quick }) {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const { payments } = shop.partner;
    for (let round = 0; round < (quick ? 1 : 10); round += 1) {
      const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
      const payment = await charge(shop, request);
      const { paymentId } = payment;
      const { refundRequestId } = await refund(world, shop, payment, 100n);
      // On a busy machine it is answered before it is through, and what it writes then is no matter of ours.
      const isThrough = async () => {
        const { refunds } = await payments.listRefunds({ paymentId, pageSize: 10, pageToken: '' });
        return refunds.every(({ state }) => state === RefundState.SUCCEEDED);
      };
      await until(isThrough, Boolean);
      const rows = () =>
        withDatabases(world, async (read) => [
          await read('routing', ROUTING, [paymentId]),
          await read('wallets', WALLET, [paymentId]),
        ]);
      const before = [await rows(), await readPayment(shop, paymentId)];
      const changes: Partial<CreatePaymentRequest>[] = [
        { payeeAmount: { currencyCode: 'JPY', amountMinor: AMOUNT_MINOR + 1n } },
        { payeeAmount: { currencyCode: 'KRW', amountMinor: AMOUNT_MINOR } },
        { paymentCode: await payer.code() },
        { merchantId: paymentId },
      ];
      for (const change of changes) {
        const reason = await reasonOf(payments.createPayment({ ...request, ...change }));
        same(reason, REUSED, `a charge with another ${Object.keys(change)}`);
      }
      const other = { currencyCode: 'JPY', amountMinor: 101n };
      const again = { paymentId, refundRequestId, payeeAmount: other, reason: 'End-to-end test' };
      same(await reasonOf(payments.createRefund(again)), REUSED, 'a refund of another amount');
      same([await rows(), await readPayment(shop, paymentId)], before, 'the rows of a payment');
    }
  },
};
