import { PaymentState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  confirm,
  finalPayment,
  insist,
  minor,
  openOrder,
  openPayer,
  same,
  scan,
} from '../../../support/index.ts';
import type { Race } from '../fault.ts';
import { atOnce, saidOf } from './at-once.ts';
import { connectedShopOf, shopOf } from './places.ts';

const AMOUNT_MINOR = 1_00n;

export const captureAgainstCancel: Race = {
  name: 'capture against cancel',
  invariant: 'a payer confirms while the merchant cancels: one wins, and all see the same one',
  async round({ world }, callers) {
    const shop = await connectedShopOf(world);
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const order = await insist(() => openOrder(world, shop, AMOUNT_MINOR));
    const { paymentId, paymentRequestId } = order.payment;
    const shown = await insist(() => scan(payer, order.link));
    const { payments } = shop.partner;
    const said = await atOnce(callers, async (nth) => {
      if (nth % 2 === 0) return `confirm ${await saidOf(() => confirm(payer, shown))}`;
      return `cancel ${await saidOf(() => payments.cancelPayment({ paymentRequestId }))}`;
    });
    const last = await finalPayment(shop, paymentId);
    const seen = await payer.app.wallets
      .getPayment({ walletId: payer.walletId, paymentId })
      .then(({ payment }) => payment?.state)
      // Where the cancel came before any consent, the payer has no such payment.
      .catch(() => PaymentState.CANCELLED);
    same(seen, last.state, `what the payer sees of ${paymentId}`);
    const cancelled = said.includes('cancel accepted');
    const expected = cancelled ? PaymentState.CANCELLED : PaymentState.SUCCEEDED;
    same(last.state, expected, `${paymentId}, whose cancel was ${cancelled ? '' : 'not '}accepted`);
    const taken = cancelled ? 0n : minor(last.payerAmount);
    same([await payer.balance(), await payer.held()], [opening - taken, 0n], 'what the payer has');
  },
};

export const chargeAgainstCancel: Race = {
  name: 'charge against cancel',
  invariant: 'a charge among cancels of it: it ends cancelled, and nothing is taken',
  async round({ world }, callers) {
    const shop = await shopOf(world);
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const request = chargeOf(world, shop, await payer.code(), 2_000n);
    const { paymentRequestId } = request;
    const cancel = () => shop.partner.payments.cancelPayment({ paymentRequestId });
    await atOnce(callers, (nth) => saidOf(nth === 0 ? () => charge(shop, request) : cancel));
    const { payment } = await insist(cancel);
    same(payment?.state, PaymentState.CANCELLED, 'what the last cancel answered');
    same((await charge(shop, request)).state, PaymentState.CANCELLED, 'what the charge answers');
    same(await payer.balance(), opening, 'what the payer has');
  },
};
