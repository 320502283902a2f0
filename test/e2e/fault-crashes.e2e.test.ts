import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateMerchantResponse } from '@causeway/proto/acquiring';
import { PaymentState } from '@causeway/proto/common';
import type { OpenWalletResponse } from '@causeway/proto/wallet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sources } from '../tidy/sources.ts';
import {
  type Crowd,
  coverWhenOpen,
  crashes,
  gather,
  liveAgreement,
  type Mailbox,
  openMailbox,
} from './faults/index.ts';
import {
  feedIsWhole,
  forgetScores,
  insist,
  minor,
  openPayer,
  openShop,
  openWorld,
  type Shop,
  seededShop,
} from './support/index.ts';

// Clients of shops look again soon, so that most of their time is not spent in timeouts.
const world = openWorld({ timeoutMs: 3_000 });
afterAll(() => forgetScores(world), 60_000);
const { processes } = world.stack;
/** No promise of ours: a busy machine takes three times as long. */
const SEQUENCE_MS = 400_000;

let shop: Shop;
let crowd: Crowd;
let mailbox: Mailbox;
/** Its acquirer is asked before the payer of an order is debited. */
let connected: Shop;
let orders: Crowd;
beforeAll(async () => {
  shop = await openShop(world);
  crowd = await gather(world, shop);
  mailbox = await openMailbox(world, shop);
  connected = await seededShop(world, 'sakura');
  orders = await gather(world, connected);
});

const pay = () => {
  crowd.pay();
  crowd.pay({ patienceMs: 2_000 });
};
const cancel = () => crowd.pay({ afterwards: 'cancel' });
const refund = () => crowd.pay({ afterwards: 'refund' });
const order = () => orders.pay({ way: 'order' });
const orderLate = () => orders.pay({ way: 'late_order' });
const orderCancelled = () => orders.pay({ way: 'order', afterwards: 'cancel' });

/** A partner that is new, whose days up to yesterday are sealed at once. */
const newPartner = () => {
  const partnerId = world.id('late').slice(0, 32);
  const route = {
    ...{ routeId: partnerId, partnerId, countryCode: 'JP', currencyCodes: ['JPY'] },
    ...{ clearing: { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 }, schemeIds: [] },
    ...{ connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
  };
  // The crash may come before the answer.
  void world.ops.directory.putRoute({ route }).catch(() => undefined);
};

/**
 * The wallet operator charges and is never heard, until the payment's time is over, which must be enough
 * for the charge on a busy machine.
 */
const UNHEARD = {
  also: 'routing.charge.answered=error',
  env: { PAYMENT_TTL_SECONDS: '3' },
};

/** Doubt is soon over, since the partner never says anything. */
const SHORT_DOUBT = { env: { INQUIRY_SECONDS: '1', DOUBT_SECONDS: '1' } };

/** The partner's consent is not heard, and has to be asked for. */
const IN_DOUBT = {
  also: 'routing.partner_confirm.answered=error',
  env: { INQUIRY_SECONDS: '1' },
};

// Two services are down at once now and then, which must change nothing.
describe.concurrent('kill -9 at each step boundary', () => {
  test('of routing', { timeout: SEQUENCE_MS }, () =>
    crashes(world, 'routing', [
      ['routing.intent.committed', pay],
      ['routing.charge.sending', pay],
      ['routing.charge.answered', pay],
      ['routing.inquire.sending', pay, UNHEARD],
      ['routing.inquire.answered', pay, UNHEARD],
      ['routing.cancel.committed', cancel],
      ['routing.void.sending', cancel],
      ['routing.void.answered', cancel],
      ['routing.refund.committed', refund],
      ['routing.refund.sending', refund],
      ['routing.refund.answered', refund],
      ['routing.recovery.claimed', pay],
      ['routing.order.committed', order],
      ['routing.consent.committed', order],
      ['routing.take_over.sending', order],
      ['routing.partner_confirm.sending', order],
      ['routing.partner_confirm.answered', order],
      ['routing.partner_inquire.answered', order, IN_DOUBT],
      ['routing.capture.answered', order],
      ['routing.partner_reverse.answered', orderCancelled],
      ['routing.reversal.given_back', orderLate, SHORT_DOUBT],
      ['routing.seal.due', newPartner],
      ['routing.seal.committed', newPartner],
      ['events.claimed', pay],
      ['events.published', pay],
    ]),
  );

  test('of wallet, acquiring, settlement and fx in turn', { timeout: SEQUENCE_MS }, async () => {
    const request = { requestId: world.id('wallet'), displayName: 'Crash', tier: 'advanced' };
    let opening: Promise<OpenWalletResponse> | undefined;
    const toppingUp: Promise<unknown>[] = [];
    const open = () => {
      opening = insist(() => world.issuer.wallets.openWallet(request));
    };
    const topUp = (requestId: string) => () => {
      const amount = { currencyCode: 'HKD', amountMinor: 1_000n };
      toppingUp.push(
        insist(async () => {
          const walletId = (await opening)?.wallet?.walletId ?? '';
          await world.issuer.wallets.topUp({ walletId, requestId, amount });
        }),
      );
    };
    const agreements: Promise<void>[] = [];
    const agree = () => {
      const life = liveAgreement(world, agreeing, connected);
      agreements.push(life);
      // Heard at the end; until then a failure must not end the test run.
      life.catch(() => {});
    };
    const agreeing = await openPayer(world);
    await crashes(world, 'wallet', [
      ['wallet.open.before_commit', open],
      ['wallet.funds.before_commit', topUp('first')],
      ['wallet.funds.committed', topUp('second')],
      ['wallet.charge.wallets_locked', pay],
      ['wallet.charge.before_commit', pay],
      ['wallet.charge.committed', pay],
      ['wallet.agreement.signed', agree],
      ['wallet.agreement.changed', agree],
      ['wallet.agreement.reported', agree],
    ]);
    await Promise.all(toppingUp);
    const { wallet } = await world.issuer.wallets.openWallet(request);
    expect(minor(wallet?.availableBalance)).toBe(2_000n);

    const merchants: Promise<CreateMerchantResponse>[] = [];
    const sign = () => {
      const merchant = {
        requestId: world.id('merchant'),
        displayName: 'Crash',
        countryCode: 'JP',
        city: 'Tokyo',
        categoryCode: '5814',
        currencyCodes: ['JPY'],
      };
      merchants.push(insist(() => shop.partner.merchants.createMerchant(merchant)));
    };
    const { currencyCode, merchantId } = shop;
    const code = {
      ...{ requestId: world.id('code'), merchantId, storeId: '', terminalId: '', currencyCode },
      ...{ payeeAmount: undefined, askTip: false },
    };
    const printed: Promise<unknown>[] = [];
    const print = () => {
      printed.push(insist(() => shop.partner.codes.createMerchantCode(code)));
    };
    await crashes(world, 'acquiring', [
      ['acquiring.merchant.committed', sign],
      ['acquiring.payment.before_routing', pay],
      ['acquiring.payment.routed', pay],
      ['acquiring.order.before_routing', order],
      ['acquiring.order.routed', order],
      ['acquiring.confirm.before_routing', order],
      ['acquiring.confirm.routed', order],
      ['acquiring.code.committed', print],
      ['acquiring.agreement.offered', agree],
      ['acquiring.agreement.reported', agree],
      ['acquiring.agreement.revoked', agree],
      ['acquiring.webhook.planned', pay],
      ['acquiring.webhook.sent', pay],
      ['acquiring.feed.before_commit', pay],
      ['acquiring.feed.committed', pay],
      ['events.handled', pay],
    ]);
    const page = { pageSize: 100, pageToken: '' };
    const signed = (await shop.partner.merchants.listMerchants(page)).merchants;
    expect(signed.map(({ merchantId }) => merchantId).toSorted()).toEqual(
      [shop.merchantId, (await merchants[0])?.merchant?.merchantId].toSorted(),
    );

    await Promise.all([...agreements, ...printed]);
    const { merchantCodes } = await shop.partner.codes.listMerchantCodes({ merchantId, ...page });
    expect(merchantCodes).toHaveLength(1);

    await crashes(world, 'settlement', [
      ['settlement.booking.before_commit', pay],
      ['settlement.booking.committed', pay],
      ['events.handled', pay],
    ]);
    const pair = { payerCurrencyCode: 'HKD', payeeCurrencyCode: 'JPY' };
    const trades: Promise<unknown>[] = [];
    const cover = (requestId: string) => () => {
      trades.push(coverWhenOpen(world, { pair, requestId }));
    };
    await crashes(world, 'fx', [
      ['fx.board.committed', pay],
      ['fx.exposure.committed', pay],
      ['fx.cover.begun', cover(world.id('cover'))],
    ]);
    pay();
    await crashes(world, 'fx', [['fx.cover.answered', cover(world.id('cover'))]]);
    await Promise.all(trades);
  });
});

test('no step boundary is left out', () => {
  const files = ['libs', 'services'].flatMap((folder) => sources(folder, /(?<!\.test)\.ts$/));
  const named = files.flatMap(({ text }) => [...text.matchAll(/ failpoint\('([^']+)'\)/g)]);
  // Each is where a sequence of crashes names it, which fails unless it is passed.
  const driven = sources('test/e2e', /fault-crashes.*\.e2e\.test\.ts$/).flatMap(({ text }) =>
    [...text.matchAll(/\['([a-z_]+\.[a-z_.]+)', /g)].map((match) => match[1]),
  );
  const missing = named.map((match) => match[1]).filter((name) => !driven.includes(name));
  expect(missing).toEqual([]);
});

test('kill -9 of NATS and of Postgres', { timeout: SEQUENCE_MS }, async () => {
  for (const name of ['nats', 'postgres']) {
    for (const drive of [pay, cancel, refund]) {
      drive();
      await sleep(20);
    }
    await processes.kill(name);
    pay();
    await sleep(200);
    await processes.restart(name);
  }
});

test('whatever a client was told is true, and is told once', { timeout: SEQUENCE_MS }, async () => {
  await orders.hear();
  const stories = await crowd.hear();
  const answered = stories.flatMap(({ payments }) => payments.map(({ paymentId }) => paymentId));
  await feedIsWhole(world, shop, new Set(answered));
  const succeeded = stories.flatMap(({ payments }) =>
    payments.filter(({ state }) => state === PaymentState.SUCCEEDED).map((one) => one.paymentId),
  );
  expect(await mailbox.tells(succeeded)).toEqual([]);
});
