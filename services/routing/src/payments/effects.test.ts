import { type Charge, ChargeState } from '@causeway/proto/wallet';
import { quietRuntime } from '@causeway/runtime/testing';
import { describe, expect, test } from 'vitest';
import type { IssuerClient } from '../issuers.ts';
import { MemoryStore } from '../testing/memory-store.fixture.ts';
import { JPY_1280, SHOP, worldOver } from '../testing/world.fixture.ts';
import { createPayment } from './create.ts';
import { chargeOf, pendingPayment } from './testing.ts';

const HKD_CENT = { currencyCode: 'HKD', amountMinor: 1n };

function codeRequest(paymentRequestId: string) {
  return {
    ...{ partnerId: 'sakura', paymentRequestId, paymentCode: '852101020712345678901234' },
    ...{ payeeAmount: JPY_1280, merchantId: 'shop', storeId: '', terminalId: '' },
    ...{ orderDescription: '', merchant: SHOP, agreement: undefined },
  };
}

describe('a wallet operator that answers', () => {
  test.each<[string, Partial<Charge>]>([
    ['less than was asked', { payerAmount: HKD_CENT }],
    ['no wallet', { walletId: '' }],
    ['of another payment', { paymentId: '8f0c6f0e-0000-8000-8000-000000000008' }],
  ])('%s has answered nothing, and is told of once', async (_what, changes) => {
    const runtime = quietRuntime('routing');
    const { effects, issuer } = await worldOver(new MemoryStore(), { runtime });
    const payment = pendingPayment({ expiresAt: new Date(runtime.clock.nowMs() + 60_000) });
    const charge = { ...chargeOf(payment, ChargeState.CAPTURED), ...changes };
    Object.assign(issuer.client, { charge: async () => ({ charge }) } satisfies Answering);
    expect(await effects.perform(payment, true)).toBeUndefined();
    expect(await effects.perform(payment, false)).toBeUndefined();
    const told = runtime.logged.filter(({ fields }) => fields.kind === 'charge_broken');
    expect(told).toHaveLength(1);
  });
});

type Answering = { charge: IssuerClient['charge'] };

test('after this database is restored a payment keeps the price it was charged at', async () => {
  const before = await worldOver(new MemoryStore());
  const soon = () => before.runtime.clock.nowMs() + 5_000;
  const charged = await createPayment(before, codeRequest('order-1'), soon());
  const restored = await worldOver(new MemoryStore());
  for (const [id, charge] of before.issuer.charges) restored.issuer.charges.set(id, charge);
  const dearer = {
    createQuote: async (asked: Parameters<typeof before.fx.createQuote>[0]) => {
      const { quote, ...rest } = await before.fx.createQuote(asked);
      return {
        ...rest,
        quote: { ...quote, payerAmount: { currencyCode: 'HKD', amountMinor: 9_999n } },
      };
    },
  };
  const again = await createPayment({ ...restored, fx: dearer }, codeRequest('order-1'), soon());
  const { payerAmount, terms } = charged.payment;
  expect(again).toMatchObject({ replay: false, payment: { state: 'SUCCEEDED', payerAmount } });
  expect(again.payment.terms?.conversion).toEqual(terms?.conversion);
});
