import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES } from '@causeway/deploy-local';
import { compareRates, parseRate } from '@causeway/money';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { type PublishRatesRequest, RateRefusalReason, type RateUpdate } from '@causeway/proto/fx';
import { ISSUER, seedWorld } from '@causeway/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  type OwnStack,
  openPayer,
  openShop,
  type Payer,
  pay,
  reasonOf,
  type Shop,
  startOwnStack,
  until,
  verifyBooks,
  type World,
} from './support/index.ts';

/**
 * A stack without a market, where prices count for two seconds and boards for six: here a test
 * is the liquidity provider, and sees how promises end.
 */
const SHORT_LIVES = {
  PROVIDER_FRESH_SECONDS: '2',
  CODE_TTL_SECONDS: '3',
  BOARD_GRACE_SECONDS: '1',
  BOARD_PERIOD_SECONDS: '1',
  BOARD_SHOW_SECONDS: '2',
};

/** What these lives promise within a second or two, a busy host may keep this machine from. */
const IN_SECONDS = { retry: 1 };

let own: OwnStack;
let world: World;
let shop: Shop;
let payer: Payer;

beforeAll(async () => {
  const services = SERVICES.filter(({ name }) => name !== 'sandbox');
  own = await startOwnStack(SHORT_LIVES, services);
  world = own.world;
  await seedWorld(world.callers, world.stack.endpoints);
  [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
});

afterAll(async () => {
  const report = await verifyBooks(world.stack.state, 20);
  await own.stop();
  expect(report).toMatchObject({ ok: true, in_flight: 0 });
});

const outcomeOf = ({ state, declineReason }: Payment) =>
  state === PaymentState.DECLINED ? DeclineReason[declineReason] : PaymentState[state];
const rateOf = ({ conversion }: Payment) => parseRate(conversion?.rate ?? '');
const YEN = { payerCurrencyCode: 'HKD', payeeCurrencyCode: 'JPY' };

function update(mid: string, observedAtMs = Date.now()): RateUpdate {
  return {
    ...{ baseCurrencyCode: 'HKD', quoteCurrencyCode: 'JPY', bid: mid, ask: mid },
    observeTime: new Date(observedAtMs),
  };
}

/** The liquidity provider, which publishes a price until it is told to stop. */
class Provider {
  mid: string;
  readonly #over = new AbortController();
  readonly #publishing: Promise<void>;

  constructor(mid: string) {
    this.mid = mid;
    this.#publishing = this.#publish();
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#publishing;
  }

  async #publish(): Promise<void> {
    const { fx } = world.callers.as('lp-harbour');
    for await (const { refusals } of fx.publishRates(this.#prices())) expect(refusals).toEqual([]);
  }

  async *#prices(): AsyncGenerator<PublishRatesRequest> {
    while (!this.#over.signal.aborted) {
      yield { updates: [update(this.mid)] };
      await sleep(100);
    }
  }
}

/** Waits until a fresh code is shown with a board that the condition holds for. */
async function codeShownWith(isRight: (yenRate: string | undefined) => boolean) {
  const rateIn = ({ rateBoard }: Awaited<ReturnType<Payer['show']>>) =>
    rateBoard?.entries.find((entry) => entry.payeeCurrencyCode === 'JPY')?.rate;
  const shown = await until(
    () => payer.show(),
    (code) => isRight(rateIn(code)),
  );
  return { code: shown.paymentCode, rate: rateIn(shown) ?? '' };
}

test(
  'without a fresh rate a payment is declined for ever; a peg and the own currency go on',
  IN_SECONDS,
  async () => {
    const request = chargeOf(world, shop, await payer.code(), 1_000n);
    const declined = await charge(shop, request);
    expect(outcomeOf(declined)).toBe('NO_FRESH_RATE');
    expect(await reasonOf(world.ops.fx.getRate({ pair: YEN }))).toBe('NO_FRESH_RATE');
    const local = await openShop(world, { countryCode: 'HK', currencyCode: 'HKD' });
    expect(outcomeOf(await pay(world, payer, local, 50_00n))).toBe('SUCCEEDED');
    const macau = await openShop(world, { countryCode: 'MO', currencyCode: 'MOP' });
    expect(outcomeOf(await pay(world, payer, macau, 50_00n))).toBe('SUCCEEDED');

    const provider = new Provider('20.4');
    const { code } = await codeShownWith((rate) => rate !== undefined);
    expect(outcomeOf(await charge(shop, chargeOf(world, shop, code, 1_000n)))).toBe('SUCCEEDED');
    expect(await charge(shop, request)).toEqual(declined);
    await provider.stop();
  },
);

test(
  'a code is charged at the rate it was shown with, or at a better one',
  IN_SECONDS,
  async () => {
    const provider = new Provider('20.4');
    const before = await codeShownWith((rate) => rate?.startsWith('20.2') === true);
    const second = await payer.code();
    provider.mid = '20.0';
    const worse = await codeShownWith((rate) => rate?.startsWith('19.8') === true);
    expect(compareRates(parseRate(worse.rate), parseRate(before.rate))).toBe(-1);
    const kept = await charge(shop, chargeOf(world, shop, before.code, 1_000n));
    expect(compareRates(rateOf(kept), parseRate(before.rate))).toBeGreaterThanOrEqual(0);
    provider.mid = '20.8';
    await codeShownWith((rate) => rate?.startsWith('20.6') === true);
    const improved = await charge(shop, chargeOf(world, shop, second, 1_000n));
    expect(compareRates(rateOf(improved), parseRate(before.rate))).toBe(1);
    await provider.stop();
  },
);

test(
  'a board is honoured although the market has stopped since, and not for longer',
  IN_SECONDS,
  async () => {
    const provider = new Provider('20.4');
    const { code, rate } = await codeShownWith((shown) => shown !== undefined);
    await provider.stop();
    await until(
      () => reasonOf(world.ops.fx.getRate({ pair: YEN })),
      (reason) => reason === 'NO_FRESH_RATE',
    );
    const honoured = await charge(shop, chargeOf(world, shop, code, 1_000n));
    expect(outcomeOf(honoured)).toBe('SUCCEEDED');
    expect(compareRates(rateOf(honoured), parseRate(rate))).toBeGreaterThanOrEqual(0);
    const over = await until(
      () => pay(world, payer, shop, 10n),
      (payment) => outcomeOf(payment) === 'NO_FRESH_RATE',
    );
    expect(outcomeOf(over)).toBe('NO_FRESH_RATE');
  },
);

test('the guards refuse prices by their reason, and take the good ones beside them', async () => {
  const nowMs = Date.now();
  const updates: [keyof typeof RateRefusalReason, RateUpdate][] = [
    ['STALE', update('20.4', nowMs - 60_000)],
    ['FUTURE', update('20.4', nowMs + 60_000)],
    ['CROSSED', { ...update('20.4'), bid: '20.5', ask: '20.3' }],
    ['OUTLIER', update('10.2')],
    ['OUTLIER', update('40.8')],
    ['MALFORMED', update('-20.4')],
    ['MALFORMED', update('NaN')],
    ['MALFORMED', update('2e1')],
    ['MALFORMED', update('0')],
    ['MALFORMED', { ...update('20.4'), observeTime: undefined }],
    ['CURRENCY_UNSUPPORTED', { ...update('20.4'), quoteCurrencyCode: 'QQQ' }],
  ];
  async function* once(): AsyncGenerator<PublishRatesRequest> {
    yield { updates: [...updates.map(([, bad]) => bad), update('20.4')] };
  }
  for await (const answer of world.callers.as('lp-harbour').fx.publishRates(once())) {
    expect(answer.acceptedCount).toBe(1);
    expect(answer.refusals.map(({ reason }) => RateRefusalReason[reason])).toEqual(
      updates.map(([reason]) => reason),
    );
  }
});

test('an expired token opens nothing', async () => {
  await world.stack.processes.restart('wallet', { TOKEN_TTL_SECONDS: '1' });
  const late = await openPayer(world, { balanceMinor: 0n });
  const ask = () => reasonOf(late.balance());
  expect(await until(ask, (reason) => reason === 'CALLER_UNKNOWN')).toBe('CALLER_UNKNOWN');
  const { wallet } = await world.issuer.wallets.getWallet({ walletId: late.walletId });
  expect(wallet?.issuerId).toBe(ISSUER.id);
});
