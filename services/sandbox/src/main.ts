import { openCallers } from '@causeway/callers';
import { readTls, serve } from '@causeway/rpc';
import type { Running, Runtime } from '@causeway/runtime';
import { chanceFrom } from './chance.ts';
import { placeOf, type SandboxConfig } from './config.ts';
import { openMarket } from './market/market.ts';
import { marketPairs } from './market/pairs.ts';
import { publishMarket } from './market/publisher.ts';
import { untilServicesAreUp } from './seed/retry.ts';
import { seedWorld } from './seed/seed.ts';
import { LIQUIDITY_PROVIDER_ID } from './world/liquidity-provider.ts';

/**
 * Opens the market, seeds the world, and answers once both are there: whoever sees the sandbox
 * ready can pay. Serves nothing but health.
 */
export async function start(config: SandboxConfig, runtime: Runtime): Promise<Running> {
  const callers = openCallers(runtime, placeOf(config));
  const ending = new AbortController();
  const publishing = publishMarket({
    runtime,
    provider: callers.as(LIQUIDITY_PROVIDER_ID),
    market: openMarket(marketPairs(), chanceFrom(config.marketSeed)),
    intervalMs: config.marketIntervalMs,
    signal: ending.signal,
  });
  await untilServicesAreUp(runtime, config.seedPatienceMs, () =>
    seedWorld(callers, config.walletAddress),
  );
  runtime.log.info('the world is seeded');
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
      await publishing;
      await server.drain();
      callers.close();
    },
  };
}
