import { type Callers, openCallers } from '@causeway/callers';
import { readTls, serve } from '@causeway/rpc';
import type { Running, Runtime } from '@causeway/runtime';
import { chanceFrom } from './chance.ts';
import { placeOf, type SandboxConfig } from './config.ts';
import { OPINION, openBook } from './market/book.ts';
import { openMarket } from './market/market.ts';
import { marketPairs } from './market/pairs.ts';
import { publishPrices } from './market/publisher.ts';
import { untilEveryPairIsShown } from './market/shown.ts';
import { untilServicesAreUp } from './seed/retry.ts';
import { OPERATOR_ID, seedWorld } from './seed/seed.ts';
import { servePartners } from './serving.ts';
import { runTraffic } from './traffic/run.ts';
import { LIQUIDITY_PROVIDERS } from './world/liquidity-providers.ts';

/**
 * Opens the market and the partners' servers, seeds the world, and answers once all of it is there
 * and every currency has its rate on the board: whoever sees the sandbox ready can pay. By itself
 * it serves nothing but health.
 */
export async function start(config: SandboxConfig, runtime: Runtime): Promise<Running> {
  const place = placeOf(config);
  const callers = openCallers(runtime, place);
  const pairs = marketPairs();
  const ending = new AbortController();
  const { signal } = ending;
  const market = openMarket(pairs, chanceFrom(config.marketSeed));
  const stopMarket = runtime.timers.every(config.marketIntervalMs, () => market.tick());
  const books = new Map(
    LIQUIDITY_PROVIDERS.map(({ id, spreadPercent }, at) => {
      const opinions = chanceFrom(config.marketSeed + at + 1);
      return [id, openBook(market, pairs, { spreadPercent, opinion: OPINION }, opinions)];
    }),
  );
  const publishing = [...books].map(([id, book]) => {
    const { marketIntervalMs: intervalMs } = config;
    return publishPrices({ runtime, provider: callers.as(id), book, intervalMs, signal });
  });
  const partners = await servePartners(runtime, config, { ...place, callers }, books);
  const endpoints = { ...place.endpoints, ...partners.endpoints };
  await untilServicesAreUp(runtime, config.seedPatienceMs, () => seedWorld(callers, endpoints));
  runtime.log.info('the world is seeded');
  await untilEveryPairIsShown(runtime, callers.as(OPERATOR_ID), pairs, config.seedPatienceMs);
  const shopping = shop(config, runtime, callers, signal);
  const server = await serve({
    runtime,
    services: [],
    tls: readTls(config.tlsDir),
    host: config.listenHost,
    port: config.listenPort,
    reasons: {},
    reflection: false,
  });
  return {
    port: server.port,
    async drain() {
      ending.abort();
      stopMarket();
      await Promise.all([...publishing, shopping]);
      await Promise.all([partners.drain(), server.drain()]);
      callers.close();
    },
  };
}

/** Each is given a new share of the limits at every start, since its wallets are new. */
const SHOPPERS = 24;
const MAX_IN_FLIGHT = 256;
const MIX = { refundShare: 0.05, cancelShare: 0.02 };
const RUN_DIGITS = 8;

/** Traffic of the sandbox's own, where it was asked for; every answer becomes a log line. */
async function shop(
  config: SandboxConfig,
  runtime: Runtime,
  callers: Callers,
  signal: AbortSignal,
): Promise<void> {
  const { trafficPerSecond: perSecond, trafficSeconds, trafficSeed: seed } = config;
  if (perSecond === 0) return;
  const options = {
    run: `${config.instance}-${runtime.random.digits(RUN_DIGITS)}`,
    seed,
    perSecond,
    maxPayments: perSecond * trafficSeconds,
    maxDurationMs: trafficSeconds * 1_000,
    maxInFlight: MAX_IN_FLIGHT,
    payers: SHOPPERS,
    mix: MIX,
    signal,
  };
  try {
    const totals = await runTraffic(runtime, callers, options, (answer) =>
      runtime.log.info({ answer }, 'the traffic was answered'),
    );
    runtime.log.info({ totals }, 'the traffic is over');
  } catch (err) {
    runtime.log.error({ err }, 'the traffic ended early');
  }
}
