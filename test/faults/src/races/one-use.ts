import { encodeMpm } from '@causeway/emvqr';
import { DeclineReason, PaymentState } from '@causeway/proto/common';
import { SECOND_ISSUER } from '@causeway/sandbox';
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
import { atOnce, saidOf, tally } from './at-once.ts';
import { connectedShopOf, shopOf } from './places.ts';

const AMOUNT_MINOR = 1_300n;

export const codeUse: Race = {
  name: 'code use',
  invariant: 'one code charged at once under as many keys: one payment succeeds',
  async round({ world }, callers) {
    const shop = await shopOf(world);
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const code = await payer.code();
    const paid = await atOnce(callers, async () => {
      const request = chargeOf(world, shop, code, AMOUNT_MINOR);
      const { paymentId } = await insist(() => charge(shop, request));
      return finalPayment(shop, paymentId);
    });
    const outcomes = paid.map(({ state, declineReason }) =>
      state === PaymentState.DECLINED ? DeclineReason[declineReason] : PaymentState[state],
    );
    same(tally(outcomes), { SUCCEEDED: 1, CODE_USED: callers - 1 }, 'what one code came to');
    const price = paid.find(({ state }) => state === PaymentState.SUCCEEDED)?.payerAmount;
    same(await payer.balance(), opening - minor(price), 'what the payer has');
  },
};

/** A stall's code of a scheme, whose merchant nobody here signed: who scans it begins the payment. */
const STALL = encodeMpm({
  payloadFormatIndicator: '01',
  mai_26: { '00': 'SG.PAYNOW', '01': '2', '02': '201812345A' },
  mcc: '5812',
  currencyNumeric: '702',
  country: 'SG',
  merchantName: 'STALL 17 LAKSA',
  merchantCity: 'SINGAPORE',
});
const BILL = { currencyCode: 'SGD', amountMinor: 3_00n };

export const quoteUse: Race = {
  name: 'quote use',
  invariant: 'one price confirmed at once by its payer, and for another payment: one debit',
  async round({ world }, callers) {
    if (!STALL.ok) throw new Error('a code that cannot be made');
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const own = await insist(() => scan(payer, STALL.payload, BILL));
    const other = await insist(() => scan(payer, STALL.payload, BILL));
    const stolen = { ...other, quote: own.quote };
    const said = await atOnce(callers, async (nth) => {
      const shown = nth % 2 === 0 ? own : stolen;
      const { paymentId } = await insist(() => confirm(payer, shown)).catch((error: unknown) => {
        if (nth % 2 === 0) throw error;
        return { paymentId: '' };
      });
      return paymentId;
    });
    const half = Math.ceil(callers / 2);
    const ids = new Set(said.filter((id) => id !== ''));
    same([ids.size, said.filter((id) => id !== '').length], [1, half], 'what one price paid for');
    const [paymentId = ''] = ids;
    const merlion = { ...(await connectedShopOf(world)), partner: world.callers.as('merlion') };
    const { payment } = await insist(() =>
      payer.app.wallets.getPayment({ walletId: payer.walletId, paymentId }),
    );
    const shop = { ...merlion, partner: world.callers.as(payment?.partnerId ?? '') };
    const last = await finalPayment(shop, paymentId);
    same(last.state, PaymentState.SUCCEEDED, `the state of ${paymentId}`);
    same(await payer.balance(), opening - minor(last.payerAmount), 'what the payer has');
  },
};

export const orderTaken: Race = {
  name: 'order taken',
  invariant: 'one order confirmed at once by ten wallets of two operators: one wallet pays, once',
  async round({ world }, callers) {
    const shop = await connectedShopOf(world);
    const order = await insist(() => openOrder(world, shop, AMOUNT_MINOR));
    const payers = await atOnce(10, (nth) =>
      openPayer(world, nth % 2 === 0 ? {} : { issuerId: SECOND_ISSUER.id }),
    );
    const opening = await payers[0]?.balance();
    const ready = await Promise.all(
      payers.map(async (payer) => ({ payer, shown: await insist(() => scan(payer, order.link)) })),
    );
    const said = await atOnce(callers, async (nth) => {
      const at = nth % ready.length;
      const one = ready[at];
      return { at, said: one ? await saidOf(() => confirm(one.payer, one.shown)) : '' };
    });
    const paid = await finalPayment(shop, order.payment.paymentId);
    same(PaymentState[paid.state], 'SUCCEEDED', `the state of ${paid.paymentId}`);
    const winners = new Set(said.filter((each) => each.said === 'accepted').map(({ at }) => at));
    same(winners.size, 1, 'how many wallets were told that they pay');
    const reasons = new Set(said.map((each) => each.said));
    same([...reasons].toSorted(), ['ORDER_TAKEN', 'accepted'], 'what was answered');
    for (const [at, { payer }] of ready.entries()) {
      const spent = winners.has(at) ? minor(paid.payerAmount) : 0n;
      const has = [await payer.balance(), await payer.held()];
      same(has, [(opening ?? 0n) - spent, 0n], 'what a payer has');
    }
  },
};
