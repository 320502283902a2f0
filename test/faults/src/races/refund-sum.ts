import { wholeBetween } from '@causeway/sandbox';
import { minor, openPayer, pay, readPayment, same } from '../../../support/index.ts';
import type { Race } from '../fault.ts';
import { atOnce, saidOf } from './at-once.ts';
import { shopOf } from './places.ts';

const AMOUNT_MINOR = 2_000n;

export const refundSum: Race = {
  name: 'refund sum',
  invariant:
    'refunds of all sizes at once: what is accepted fits, and nothing is refused that fits',
  async round({ world, chance }, callers) {
    const shop = await shopOf(world);
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const paid = await pay(world, payer, shop, AMOUNT_MINOR);
    const parts = Array.from({ length: callers }, () => BigInt(wholeBetween(chance, 1, 99)));
    const said = await atOnce(callers, (nth) =>
      saidOf(() =>
        shop.partner.payments.createRefund({
          ...{ paymentId: paid.paymentId, refundRequestId: `race-${nth}`, reason: 'a race' },
          payeeAmount: { currencyCode: shop.currencyCode, amountMinor: parts[nth] ?? 0n },
        }),
      ),
    );
    const of = (wanted: string) => parts.filter((_, nth) => said[nth] === wanted);
    const accepted = of('accepted');
    const refused = of('REFUND_EXCEEDS_PAYMENT');
    same(accepted.length + refused.length, callers, `answers: ${said.join()}`);
    const sum = accepted.reduce((total, part) => total + part, 0n);
    const after = await readPayment(shop, paid.paymentId);
    same(minor(after.refundedPayeeAmount), sum, 'what the payment says was refunded');
    const left = AMOUNT_MINOR - sum;
    same(left >= 0n, true, `whether ${sum} of ${AMOUNT_MINOR} could be refunded`);
    same(
      refused.filter((part) => part <= left),
      [],
      `refusals though ${left} was left`,
    );
    const expected = opening - minor(paid.payerAmount) + minor(after.refundedPayerAmount);
    same(await payer.balance(), expected, 'what the payer has');
  },
};

export const refundsThatFit: Race = {
  name: 'refunds that fit',
  invariant:
    'parts that sum to the whole, at once: all are accepted, and sum exactly on both sides',
  async round({ world }, callers) {
    const shop = await shopOf(world);
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const part = 20n;
    const paid = await pay(world, payer, shop, part * BigInt(callers));
    const said = await atOnce(callers, (nth) =>
      saidOf(() =>
        shop.partner.payments.createRefund({
          ...{ paymentId: paid.paymentId, refundRequestId: `part-${nth}`, reason: 'a race' },
          payeeAmount: { currencyCode: shop.currencyCode, amountMinor: part },
        }),
      ),
    );
    same(
      said.filter((each) => each !== 'accepted'),
      [],
      'refunds that were not accepted',
    );
    same(await payer.balance(), opening, 'what the payer has');
  },
};

export const refundAgainstCancel: Race = {
  name: 'refund against cancel',
  invariant: 'refunds in full and cancels at once: one side wins, and the money is back once',
  async round({ world }, callers) {
    const shop = await shopOf(world);
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const { paymentId, paymentRequestId, payeeAmount } = await pay(
      world,
      payer,
      shop,
      AMOUNT_MINOR,
    );
    const { payments } = shop.partner;
    const said = await atOnce(callers, async (nth) => {
      if (nth % 2 === 1)
        return `cancel ${await saidOf(() => payments.cancelPayment({ paymentRequestId }))}`;
      const asked = { paymentId, refundRequestId: `race-${nth}`, payeeAmount, reason: 'a race' };
      return `refund ${await saidOf(() => payments.createRefund(asked))}`;
    });
    const after = await readPayment(shop, paymentId);
    const refunds = said.filter((each) => each === 'refund accepted').length;
    const cancels = said.filter((each) => each === 'cancel accepted').length;
    same([refunds, cancels > 0], refunds > 0 ? [1, false] : [0, true], 'refunds, and any cancel');
    same(minor(after.refundedPayeeAmount), refunds > 0 ? AMOUNT_MINOR : 0n, 'what was refunded');
    same(await payer.balance(), opening, 'what the payer has');
  },
};
