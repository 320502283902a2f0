import { wholeBetween } from '@causeway/sandbox';
import {
  finalPayment,
  holds,
  insist,
  minor,
  openPayer,
  openShop,
  pay,
  readPayment,
  reasonOf,
  same,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';

const AMOUNT_MINOR = 2_000n;
const OPENING_MINOR = 10_000_00n;
const REFUNDS = 40;
const FROZEN_MS = 300;

export const refunds: Fault = {
  id: 19,
  title: 'concurrent partial refunds',
  injected:
    'forty refunds of drawn amounts that sum to far too much, at once, with the wallet operator frozen for a moment',
  invariant:
    'what is accepted never passes what was captured, and all of it comes back exactly in the end',
  traffic: { clients: 1 },
  breaks: ['wallet'],
  async run(stage) {
    const rounds = stage.quick ? 2 : 15;
    for (let round = 0; round < rounds; round += 1) await once(stage);
    stage.note({ rounds, refunds_asked: rounds * REFUNDS });
  },
};

async function once({ world, chance }: Stage): Promise<void> {
  const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
  const { paymentId } = await pay(world, payer, shop, AMOUNT_MINOR);
  const paid = await finalPayment(shop, paymentId);
  const { currencyCode, partner } = shop;
  const amounts = Array.from({ length: REFUNDS }, () => BigInt(wholeBetween(chance, 1, 400)));
  const ask = (amountMinor: bigint, nth: number | string) =>
    partner.payments.createRefund({
      ...{ paymentId, refundRequestId: `part-${nth}`, reason: 'a race' },
      payeeAmount: { currencyCode, amountMinor },
    });
  const { processes } = world.stack;
  const asked = Promise.all(
    amounts.map((amountMinor, nth) => reasonOf(insist(() => ask(amountMinor, nth)))),
  );
  await processes.pause('wallet');
  await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
  await processes.resume('wallet');
  const said = await asked;
  const accepted = amounts.filter((_, nth) => said[nth] === 'accepted');
  const others = said.filter((each) => each !== 'accepted' && each !== 'REFUND_EXCEEDS_PAYMENT');
  same(others, [], 'what refunds were refused for');
  const sum = accepted.reduce((total, amountMinor) => total + amountMinor, 0n);
  holds(sum <= AMOUNT_MINOR, `${sum} of ${AMOUNT_MINOR} were refunded`);
  same(minor((await readPayment(shop, paymentId)).refundedPayeeAmount), sum, 'what is refunded');
  if (sum < AMOUNT_MINOR) await insist(() => ask(AMOUNT_MINOR - sum, 'rest'));
  const after = await readPayment(shop, paymentId);
  same(minor(after.refundedPayerAmount), minor(paid.payerAmount), 'what the payer got back');
  const page = { paymentId, pageSize: 100, pageToken: '' };
  const settled = async () => {
    const { refunds: made } = await partner.payments.listRefunds(page);
    return made.every(({ state }) => state === 2);
  };
  while (!(await insist(settled))) await new Promise((resolve) => setTimeout(resolve, 100));
  same(await payer.balance(), OPENING_MINOR, 'the balance after all was refunded');
}
