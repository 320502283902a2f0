import { withClient } from '@causeway/deploy-local';
import { PaymentState } from '@causeway/proto/common';
import { uuidFrom } from '@causeway/runtime';
import { ISSUER } from '@causeway/sandbox';
import { afterAll, expect, test } from 'vitest';
import {
  openPayer,
  openShop,
  pay,
  positionBecomes,
  startOwnStack,
  verifyBooks,
} from '../../../e2e/support/index.ts';
import { loadPayments } from './payments.ts';
import { walletTokens } from './tokens.ts';
import { loadedWalletId, loadWallets } from './wallets.ts';

// Books that are looked at while a past is loaded are not whole, which would stop all payments.
const own = await startOwnStack({ PROBE_SECONDS: '0' });
const { world } = own;
const { stack, runtime, issuer, callers, ops } = world;

afterAll(async () => {
  const report = await verifyBooks(stack.state, 20);
  await own.stop();
  expect(report).toMatchObject({ broken: [], ok: true, in_flight: 0 });
}, 90_000);

const WALLETS = 16;
const PAYMENTS = 200;

const indexes = () => lines('SELECT indexdef AS line FROM pg_indexes ORDER BY 1');
const constraints = () =>
  lines(`SELECT conrelid::regclass || pg_get_constraintdef(oid) AS line
             FROM pg_constraint WHERE conrelid <> 0 ORDER BY 1`);
const settings = () =>
  lines(`SELECT name || setting AS line FROM pg_settings
            WHERE name IN ('autovacuum', 'full_page_writes', 'checkpoint_timeout') ORDER BY 1`);

test('what is loaded is as if the services had made it', async () => {
  const before = [await indexes(), await constraints(), await settings()];
  await loadWallets(stack, { count: WALLETS });
  await loadPayments(stack, runtime, { count: PAYMENTS / 2, wallets: WALLETS });
  // A past can grow.
  const more = { first: PAYMENTS / 2 + 1, count: PAYMENTS / 2 };
  await loadPayments(stack, runtime, { ...more, wallets: WALLETS });
  expect([await indexes(), await constraints(), await settings()]).toEqual(before);
});

test('a wallet is the one that its request would have opened, and its token opens it', async () => {
  const { wallet } = await issuer.wallets.openWallet({
    requestId: 'past-00000007',
    displayName: 'Payer 7',
    tier: 'advanced',
  });
  const walletId = loadedWalletId(7);
  expect(wallet?.walletId).toBe(walletId);
  const { wallet: found } = await issuer.wallets.getWallet({ walletId });
  expect(found?.availableBalance?.amountMinor).toBeGreaterThan(9_000_000n);
  const again = { walletId, requestId: 'past-opening' };
  const amount = { currencyCode: ISSUER.currencyCode, amountMinor: 10_000_000n };
  expect((await issuer.wallets.topUp({ ...again, amount })).wallet).toEqual(found);
  const token = walletTokens(stack).sign(walletId, runtime.clock.nowMs() + 60_000);
  expect(token).toMatch(/^w1\.local\./);
});

test('a repeated request finds its payment, and partners read it in their lists', async () => {
  const { payments } = callers.as('sakura');
  const page = { pageSize: 500, pageToken: '', merchantId: '', state: PaymentState.SUCCEEDED };
  const listed = (await payments.listPayments(page)).payments;
  const past = listed.filter(({ paymentRequestId }) => /^past-\d{8}$/.test(paymentRequestId));
  expect(past.length).toBeGreaterThan(PAYMENTS / 20);
  const [payment] = past;
  if (payment?.merchant === undefined) throw new Error('a payment without its merchant');
  const { merchantId, storeId, terminalId } = payment.merchant;
  const { paymentRequestId, payeeAmount, paymentId } = payment;
  expect(paymentId).toBe(uuidFrom('payment', 'sakura', paymentRequestId));
  const asked = { paymentRequestId, merchantId, storeId, terminalId, payeeAmount };
  const paymentCode = await codeOf(paymentId, paymentRequestId);
  const repeated = await payments.createPayment({
    ...asked,
    paymentCode,
    orderDescription: '',
    agreementId: '',
  });
  expect(repeated.payment).toEqual(payment);
  const other = {
    ...asked,
    paymentCode: `${paymentCode.slice(0, -1)}x`,
    orderDescription: '',
    agreementId: '',
  };
  await expect(payments.createPayment(other)).rejects.toThrow();
  const { transfers } = await ops.settlement.listPaymentTransfers({ paymentId });
  expect(transfers.length).toBeGreaterThan(0);
});

test('its facts can be told again, which books nothing', async () => {
  let told = 0n;
  for await (const { queuedCount } of ops.facts.replayFacts({ fromTime: undefined })) {
    told = queuedCount;
  }
  expect(told).toBeGreaterThanOrEqual(BigInt(PAYMENTS));
  // What is paid now is told behind them.
  const shop = await openShop(world);
  await pay(world, await openPayer(world), shop, 1_280n);
  await positionBecomes(shop.partner, 'JPY', { captured: 1_280n });
});

/** The code that a loaded payment was made with: its wallet's lane, and the payment's number. */
async function codeOf(paymentId: string, paymentRequestId: string): Promise<string> {
  const lanes = await withClient(stack.databases.wallet ?? '', async (client) => {
    const charges = 'SELECT lane FROM charges WHERE payment_id = $1';
    return (await client.query<{ lane: number }>(charges, [paymentId])).rows;
  });
  const lane = String(lanes[0]?.lane).padStart(2, '0');
  return `${ISSUER.codePrefix}02${lane}${paymentRequestId.slice(-8).padStart(14, '0')}`;
}

/** Lines of all databases. */
async function lines(sql: string): Promise<string[]> {
  const found = await Promise.all(
    Object.values(stack.databases).map((url) =>
      withClient(url, async (client) => (await client.query<{ line: string }>(sql)).rows),
    ),
  );
  return found.flat().map(({ line }) => line);
}
