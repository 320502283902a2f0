import { PaymentState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  finalPayment,
  insist,
  minor,
  openPayer,
  same,
} from '../../../support/index.ts';
import type { Race } from '../fault.ts';
import { atOnce } from './at-once.ts';
import { shopOf } from './places.ts';

const AMOUNT_MINOR = 1_300n;

export const idempotency: Race = {
  name: 'idempotency',
  invariant: 'one key at once from everybody: one payment, one debit, one answer',
  async round({ world }, callers) {
    const shop = await shopOf(world);
    const payer = await openPayer(world);
    const opening = await payer.balance();
    const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
    const told = await atOnce(callers, () => insist(() => charge(shop, request)));
    const ids = new Set(told.map(({ paymentId }) => paymentId));
    same(ids.size, 1, 'how many payments one key made');
    const last = await finalPayment(shop, told[0]?.paymentId ?? '');
    same(last.state, PaymentState.SUCCEEDED, `the state of ${last.paymentId}`);
    const others = told.filter(
      ({ state }) => state !== PaymentState.PENDING && state !== last.state,
    );
    same(others, [], `answers that disagree about ${last.paymentId}`);
    same(await payer.balance(), opening - minor(last.payerAmount), 'what the payer has');
  },
};
