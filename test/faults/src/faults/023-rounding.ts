import type { Payment } from '@causeway/proto/common';
import { wholeBetween } from '@causeway/sandbox';
import { insist, minor, openPayer, openShop, pay, refund, same } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';

/** Currencies without decimals, with two and with three; in each a shop of its own. */
const SHOPS = [
  { countryCode: 'JP', currencyCode: 'JPY', most: 90_000 },
  { countryCode: 'KR', currencyCode: 'KRW', most: 900_000 },
  { countryCode: 'SG', currencyCode: 'SGD', most: 90_000 },
  { countryCode: 'HK', currencyCode: 'HKD', most: 90_000 },
  { countryCode: 'BH', currencyCode: 'BHD', most: 90_000 },
] as const;

/** Fault 23. */
export const rounding: Fault = {
  id: 23,
  title: 'rounding over currencies with no, two and three decimals',
  injected: 'odd amounts, given back in many odd parts at once',
  invariant: 'parts sum to the whole on both sides, each currency to zero; no residual is lost',
  breaks: [],
  async run(stage) {
    for (let time = 0; time < (stage.quick ? 1 : 10); time += 1) {
      await Promise.all(SHOPS.map((shop) => isExact(stage, shop)));
    }
  },
};

async function isExact(
  { world, chance }: Stage,
  { most, ...where }: (typeof SHOPS)[number],
): Promise<void> {
  const shop = await insist(() => openShop(world, where));
  const payer = await insist(() => openPayer(world, { balanceMinor: 50_000_00n }));
  const opening = await payer.balance();
  const amountMinor = BigInt(wholeBetween(chance, 101, most));
  const paid = await pay(world, payer, shop, amountMinor);
  same(minor(paid.payeeAmount), amountMinor, `what the payee gets in ${where.currencyCode}`);
  const parts = partsOf(amountMinor, (most) => BigInt(wholeBetween(chance, 1, Number(most))));
  const back = await Promise.all(
    parts.map((part) => insist(() => refund(world, shop, paid, part))),
  );
  const given = back.reduce((sum, { payerAmount }) => sum + minor(payerAmount), 0n);
  same(given, minor(paid.payerAmount), `what is given back of ${describe(paid)}`);
  same(await payer.balance(), opening, `the payer's balance after ${describe(paid)}`);
}

/** Splits an amount into up to seven parts by chance. */
function partsOf(amountMinor: bigint, upTo: (most: bigint) => bigint): bigint[] {
  const parts: bigint[] = [];
  let left = amountMinor;
  while (left > 0n && parts.length < 6) {
    const part = upTo(left);
    parts.push(part);
    left -= part;
  }
  return left > 0n ? [...parts, left] : parts;
}

function describe({ paymentId, payeeAmount, payerAmount }: Payment): string {
  const payee = `${minor(payeeAmount)} ${payeeAmount?.currencyCode}`;
  return `${paymentId}: ${payee} for ${minor(payerAmount)} ${payerAmount?.currencyCode}`;
}
