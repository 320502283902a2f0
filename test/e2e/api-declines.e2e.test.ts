import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { describe, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  minor,
  openMerchant,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  reasonOf,
  type Shop,
  until,
} from './support/index.ts';

const world = openWorld();
const hongKong = () => openShop(world, { countryCode: 'HK', currencyCode: 'HKD' });

/** That a payment was declined for this reason, that a repeat says so too, and cost nothing. */
async function expectDeclined(
  shop: Shop,
  request: ReturnType<typeof chargeOf>,
  reason: keyof typeof DeclineReason,
): Promise<Payment> {
  const { payment } = await shop.partner.payments.createPayment(request);
  if (payment === undefined) throw new Error('an answer without a payment');
  expect([PaymentState[payment.state], DeclineReason[payment.declineReason]]).toEqual([
    'DECLINED',
    reason,
  ]);
  expect(payment).toMatchObject({
    payeeAmount: request.payeeAmount,
    acquirerClearingDate: '',
    issuerClearingDate: '',
  });
  const again = await shop.partner.payments.createPayment(request);
  expect(again).toEqual({ payment, replay: true });
  return payment;
}

describe('codes', () => {
  test.concurrent('of no wallet operator, or never issued', async () => {
    const shop = await openShop(world);
    const declined = async (code: string, reason: 'ISSUER_UNKNOWN' | 'CODE_UNKNOWN') => {
      const payment = await expectDeclined(shop, chargeOf(world, shop, code, 500n), reason);
      expect(payment.payerReference).toHaveLength(code.length);
      expect(payment.payerReference).toMatch(/^\d{6}\*+\d{4}$/);
    };
    await declined('999999021012345678901234', 'ISSUER_UNKNOWN');
    await declined('28101234567890123', 'ISSUER_UNKNOWN');
    await declined('852101021012345678901234', 'CODE_UNKNOWN');
    await declined('852101029912345678901234', 'CODE_UNKNOWN');
    await declined('85210102101234567', 'CODE_UNKNOWN');
  });

  test.concurrent('expired', async () => {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const { paymentCode, expireTime } = await payer.show(1);
    await until(
      async () => Date.now(),
      (nowMs) => nowMs > (expireTime?.getTime() ?? 0) + 50,
    );
    await expectDeclined(shop, chargeOf(world, shop, paymentCode, 500n), 'CODE_EXPIRED');
    expect(await payer.balance()).toBe(10_000_00n);
  });

  test.concurrent('used, by a success or by a failure', async () => {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const [once, failed] = await Promise.all([payer.code(), payer.code()]);
    const payment = await charge(shop, chargeOf(world, shop, once, 500n));
    await expectDeclined(shop, chargeOf(world, shop, once, 500n), 'CODE_USED');
    await expectDeclined(shop, chargeOf(world, shop, failed, 300_000n), 'LIMIT_SINGLE');
    await expectDeclined(shop, chargeOf(world, shop, failed, 500n), 'CODE_USED');
    expect(await payer.balance()).toBe(10_000_00n - minor(payment.payerAmount));
  });

  test.concurrent('used by two shops at once: one of them is paid', async () => {
    const [shop, other, payer] = await Promise.all([
      openShop(world),
      openShop(world),
      openPayer(world),
    ]);
    const code = await payer.code();
    const payments = await Promise.all(
      [shop, other, shop, other].map((at) => charge(at, chargeOf(world, at, code, 1_000n))),
    );
    const paid = payments.filter(({ state }) => state === PaymentState.SUCCEEDED);
    expect(paid).toHaveLength(1);
    expect(await payer.balance()).toBe(10_000_00n - minor(paid[0]?.payerAmount));
  });
});

describe('wallets', () => {
  test.concurrent('frozen after the code was shown', async () => {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const { walletId } = payer;
    const code = await payer.code();
    await world.issuer.wallets.freezeWallet({ walletId });
    await expectDeclined(shop, chargeOf(world, shop, code, 500n), 'WALLET_FROZEN');
    expect(await reasonOf(payer.code())).toBe('WALLET_FROZEN');
    await world.issuer.wallets.unfreezeWallet({ walletId });
    expect((await pay(world, payer, shop, 500n)).state).toBe(PaymentState.SUCCEEDED);
  });

  test.concurrent('closed after the code was shown', async () => {
    const shop = await openShop(world);
    const payer = await openPayer(world, { balanceMinor: 0n });
    const code = await payer.code();
    await world.issuer.wallets.closeWallet({ walletId: payer.walletId });
    await expectDeclined(shop, chargeOf(world, shop, code, 500n), 'WALLET_CLOSED');
    expect(await reasonOf(payer.code())).toBe('WALLET_CLOSED');
    expect(await reasonOf(payer.topUp(1n))).toBe('WALLET_CLOSED');
  });

  test.concurrent('short of funds by one cent', async () => {
    const shop = await hongKong();
    const payer = await openPayer(world, { balanceMinor: 99_99n });
    const request = chargeOf(world, shop, await payer.code(), 100_00n);
    await expectDeclined(shop, request, 'INSUFFICIENT_FUNDS');
    expect((await pay(world, payer, shop, 99_99n)).state).toBe(PaymentState.SUCCEEDED);
    expect(await payer.balance()).toBe(0n);
  });

  test.concurrent('many payments at once never overdraw', async () => {
    const shop = await hongKong();
    const payer = await openPayer(world, { balanceMinor: 100_00n });
    const codes = await Promise.all(Array.from({ length: 12 }, () => payer.code()));
    const payments = await Promise.all(
      codes.map((code) => charge(shop, chargeOf(world, shop, code, 15_00n))),
    );
    const paid = payments.filter(({ state }) => state === PaymentState.SUCCEEDED);
    expect(paid).toHaveLength(6);
    expect(await payer.balance()).toBe(10_00n);
  });
});

describe('limits', () => {
  const declineFor = async (payer: Payer, shop: Shop, amountMinor: bigint) => {
    const { state, declineReason } = await pay(world, payer, shop, amountMinor);
    return state === PaymentState.SUCCEEDED ? 'paid' : DeclineReason[declineReason];
  };

  test.concurrent.each([
    ['unverified', 2_000_00n, 3_000_00n, 3_000_00n],
    ['intermediate', 5_000_00n, 10_000_00n, 100_000_00n],
    ['advanced', 5_000_00n, 20_000_00n, 100_000_00n],
  ] as const)('%s: single, day and balance', async (tier, singleMinor, dayMinor, balanceMinor) => {
    const shop = await hongKong();
    const payer = await openPayer(world, { tier, balanceMinor });
    expect(await reasonOf(payer.topUp(1n))).toBe('LIMIT_BALANCE');
    expect(await declineFor(payer, shop, singleMinor + 1n)).toBe('LIMIT_SINGLE');
    let left = dayMinor;
    for (; left > singleMinor; left -= singleMinor) {
      expect(await declineFor(payer, shop, singleMinor)).toBe('paid');
    }
    if (left < singleMinor) {
      expect(await declineFor(payer, shop, left + 1n)).toBe('LIMIT_DAY');
    }
    expect(await declineFor(payer, shop, left)).toBe('paid');
    await payer.topUp(1_00n);
    expect(await declineFor(payer, shop, 1n)).toBe('LIMIT_DAY');
    expect(await payer.balance()).toBe(balanceMinor - dayMinor + 1_00n);
  });

  test.concurrent('the corridor to mainland China has a limit of its own', async () => {
    const shop = await openShop(world, { countryCode: 'CN', currencyCode: 'CNY' });
    const payer = await openPayer(world, { tier: 'advanced', balanceMinor: 50_000_00n });
    const large = await pay(world, payer, shop, 7_000_00n);
    expect(large.state).toBe(PaymentState.SUCCEEDED);
    expect(minor(large.payerAmount)).toBeGreaterThan(5_000_00n);
    expect(await declineFor(payer, shop, 10_000_00n)).toBe('LIMIT_SINGLE');
  });

  test.concurrent('another tier has other limits at once', async () => {
    const shop = await hongKong();
    const payer = await openPayer(world, { tier: 'unverified', balanceMinor: 2_500_00n });
    expect(await declineFor(payer, shop, 2_400_00n)).toBe('LIMIT_SINGLE');
    const { walletId } = payer;
    await world.issuer.wallets.changeTier({ walletId, tier: 'intermediate' });
    expect(await declineFor(payer, shop, 2_400_00n)).toBe('paid');
  });
});

describe('shops and amounts', () => {
  test.concurrent('a currency that the merchant does not sell in', async () => {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const request = chargeOf(world, shop, await payer.code(), 500_00n);
    const payeeAmount = { currencyCode: 'THB', amountMinor: 500_00n };
    await expectDeclined(shop, { ...request, payeeAmount }, 'CURRENCY_UNSUPPORTED');
  });

  test.concurrent('a currency that no rate is offered for', async () => {
    const shop = await openShop(world, { countryCode: 'KW', currencyCode: 'KWD' });
    const payer = await openPayer(world);
    const request = chargeOf(world, shop, await payer.code(), 5_000n);
    await expectDeclined(shop, request, 'CURRENCY_UNSUPPORTED');
  });

  test.concurrent('a merchant that no route leads to', async () => {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const merchantId = await openMerchant(world, shop.partner, { currencyCode: 'USD' });
    const request = chargeOf(world, { ...shop, merchantId }, await payer.code(), 5_00n);
    const payeeAmount = { currencyCode: 'USD', amountMinor: 5_00n };
    await expectDeclined(shop, { ...request, payeeAmount }, 'NO_ROUTE');
  });

  test.concurrent('a merchant that is closed, until it opens again', async () => {
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const { merchantId, partner } = shop;
    await partner.merchants.setMerchantActive({ merchantId, active: false });
    const code = await payer.code();
    await expectDeclined(shop, chargeOf(world, shop, code, 500n), 'MERCHANT_INACTIVE');
    await partner.merchants.setMerchantActive({ merchantId, active: true });
    const payment = await charge(shop, chargeOf(world, shop, code, 500n));
    expect(payment.state).toBe(PaymentState.SUCCEEDED);
  });

  test.concurrent.each([
    ['KRW', 'KR', 1n, 'AMOUNT_TOO_SMALL'],
    ['IDR', 'ID', 100n, 'AMOUNT_TOO_SMALL'],
    ['JPY', 'JP', 10n ** 15n, 'AMOUNT_TOO_LARGE'],
  ] as const)(
    '%s: an amount that cannot be converted',
    async (currencyCode, countryCode, amount, reason) => {
      const shop = await openShop(world, { countryCode, currencyCode });
      const payer = await openPayer(world);
      const code = await payer.code();
      await expectDeclined(shop, chargeOf(world, shop, code, amount), reason);
      expect(await payer.balance()).toBe(10_000_00n);
    },
  );
});
