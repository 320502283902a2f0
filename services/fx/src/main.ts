import { readFile } from 'node:fs/promises';
import { type Database, isDatabaseAway, startDatabase } from '@causeway/db';
import { StopServiceService } from '@causeway/proto/routing';
import { connect, listening, readTls, serve } from '@causeway/rpc';
import { type Cancel, type Running, type Runtime, Secret, Trouble } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import bundledReference from '../reference/eurofxref-2026-04-13.csv';
import { LiveBoards } from './boards/live-boards.ts';
import { BoardPublisher } from './boards/publish-boards.ts';
import type { FxConfig } from './config.ts';
import { REASONS } from './errors.ts';
import { PricingHalt } from './halt/pricing-halt.ts';
import { Market } from './market/market.ts';
import { PriceList } from './markup/price-list.ts';
import type { TokenKey } from './quotes/token.ts';
import { Reference } from './reference/reference.ts';
import { fxService } from './rpc.ts';
import type { PriceDesk } from './sources/accept-prices.ts';
import { EcbSource, type ReferenceTargets, useFixedFile } from './sources/ecb-source.ts';
import { pegPrice } from './sources/peg-source.ts';
import { PriceBook } from './sources/price-book.ts';
import { RefusalLog } from './sources/refusal-log.ts';
import { PriceSync } from './sources/sync-prices.ts';
import { startTreasury } from './treasury.ts';

const SYNC_PRICES_EVERY_MS = 1_000;

/** Starts the service: migrates, takes up where it left off, publishes boards and serves. */
export async function start(config: FxConfig, host: Runtime): Promise<Running> {
  const { db, clock, runtime } = await startDatabase(config, migrations, host);

  const book = new PriceBook();
  const { marketOrder: order, pivots, offerDistanceBps } = config;
  const market = new Market(book, { order, pivots, offerDistanceBps });
  const reference = new Reference(config.referenceFreshDays);
  const prices = priceDesk(config, { runtime, book, market, reference, pegs: config.pegs });
  const providerIds = config.liquidityProviders.map(({ id }) => id);
  const sync = new PriceSync(db, prices, providerIds);
  const list = new PriceList(config.markupPolicy, reference);
  const live = new LiveBoards();
  const publisher = new BoardPublisher({
    db,
    runtime,
    market,
    prices: list,
    live,
    policy: boardPolicy(config),
  });

  for (const peg of config.pegs) book.put(pegPrice(peg));
  market.refresh(
    config.pegs.map(({ base, pegged }) => ({ base, quote: pegged })),
    clock.nowMs(),
  );
  const stopReference = await startReference(config, db, {
    runtime,
    reference,
    book,
    market,
    pegs: config.pegs,
  });
  await sync.sync();
  const stopBoards = await publisher.start();
  const unsynced = new Trouble(runtime, 'prices could not be stored and shared');
  const stopSync = runtime.timers.every(SYNC_PRICES_EVERY_MS, () =>
    sync.sync().then(
      () => unsynced.passed(),
      (err) => unsynced.failed({ err }),
    ),
  );

  const { halt, stop: stopHalt } = startHalt(config, runtime);
  const treasury = startTreasury(config, { db, runtime, book });
  const server = await serve({
    runtime,
    services: [
      ...treasury.services,
      fxService({
        clock,
        market,
        reference,
        prices,
        sync,
        halt,
        shelf: { db, clock, live, currencies: config.boardCurrencies },
        quotes: {
          clock,
          random: runtime.random,
          prices: { market, list, live },
          ttlMs: config.quoteTtlSeconds * 1000,
          tokenKey: signingKey(config, runtime),
        },
      }),
    ],
    tls: readTls(config.tlsDir),
    ...listening(config),
    reasons: REASONS,
    isAway: isDatabaseAway,
    grants: Object.fromEntries(providerIds.map((id) => [`partner/${id}`, PROVIDER_SCOPES])),
  });
  return {
    port: server.port,
    async drain() {
      await server.drain();
      for (const stop of [stopBoards, stopSync, stopReference]) stop();
      await stopHalt();
      await treasury.stop();
      await sync.sync().catch((err) => runtime.log.warn({ err }, 'the last prices are not stored'));
      clock.stop();
      await db.close();
    },
  };
}

/** Publishing moves everybody's prices, so no other partner has that scope. */
const PROVIDER_SCOPES = ['rates.publish', 'rates.read'];

/** Follows the stops that routing keeps, where it is told of routing. */
function startHalt({ routingAddress, tlsDir }: FxConfig, runtime: Runtime) {
  if (routingAddress === undefined) {
    runtime.log.warn('ROUTING_ADDRESS is not set: prices are given whatever is stopped');
    return { halt: { refuseIfStopped: () => {} }, stop: async () => {} };
  }
  const stops = connect(StopServiceService, {
    ...{ runtime, address: routingAddress, tls: readTls(tlsDir), mode: 'unary' as const },
    defaultDeadlineMs: 2_000,
  });
  const halt = new PricingHalt(() => stops.listStops({}), runtime);
  halt.start();
  return {
    halt,
    async stop() {
      await halt.stop();
      stops.close();
    },
  };
}

function priceDesk(
  config: FxConfig,
  { runtime, book, market, reference }: ReferenceTargets,
): PriceDesk {
  return {
    clock: runtime.clock,
    book,
    market,
    reference,
    refusals: new RefusalLog(),
    guard: {
      freshMs: config.providerFreshSeconds * 1000,
      maxAheadMs: config.providerAheadMs,
      referenceBps: config.outlierReferenceBps,
      sourcesBps: config.outlierSourcesBps,
    },
  };
}

function boardPolicy(config: FxConfig) {
  return {
    instance: config.instance,
    currencies: config.boardCurrencies,
    timing: {
      periodMs: config.boardPeriodSeconds * 1000,
      showMs: config.boardShowSeconds * 1000,
      guaranteeMs: (config.codeTtlSeconds + config.boardGraceSeconds) * 1000,
    },
  };
}

async function startReference(
  config: FxConfig,
  db: Database,
  targets: ReferenceTargets,
): Promise<Cancel> {
  const { ecbSource, referenceFile, pegs, referenceStepBps } = config;
  if (ecbSource !== undefined) {
    const pegged = new Set(pegs.map((peg) => peg.pegged));
    const guard = { pegged, maxStepBps: referenceStepBps };
    const source = new EcbSource({ db, targets, guard, address: ecbSource });
    return source.start(config.ecbPollSeconds * 1000);
  }
  const file =
    referenceFile === undefined ? bundledReference : await readFile(referenceFile, 'utf8');
  useFixedFile(file, targets);
  targets.runtime.log.warn(
    { reference_file: referenceFile ?? 'the bundled sandbox day' },
    'reference rates are fixed: ECB_SOURCE is not set',
  );
  return () => {};
}

function signingKey({ quoteTokenKeys: [first] }: FxConfig, { random, log }: Runtime): TokenKey {
  if (first !== undefined) return first;
  log.warn('QUOTE_TOKEN_KEYS is not set: tokens of quotes are good until this process ends');
  return { id: 'once', key: new Secret(random.bytes(32)) };
}
