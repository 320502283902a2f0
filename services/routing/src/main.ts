import { isDatabaseAway, startDatabase } from '@causeway/db';
import { connectNats, type FactKey, pastFacts, startPublisher } from '@causeway/events';
import { Probe, probeService } from '@causeway/probe';
import { FxServiceService } from '@causeway/proto/fx';
import { CoverServiceService } from '@causeway/proto/settlement';
import { connect, listening, readTls, serve } from '@causeway/rpc';
import type { Running, Runtime } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import { Attempts } from './attempts/attempts.ts';
import { AttemptStore } from './attempts/store.ts';
import { ClearingDays } from './clearing/days.ts';
import { startSealing } from './clearing/seal-worker.ts';
import { ClearingStore } from './clearing/store.ts';
import { TotalsStore } from './clearing/totals-store.ts';
import type { RoutingConfig } from './config.ts';
import { Connectors } from './connectors/connectors.ts';
import { Incidents } from './connectors/incidents.ts';
import { PartnerEffects } from './connectors/partner-effects.ts';
import { Cover } from './cover/cover.ts';
import { CoverStore } from './cover/store.ts';
import { Directory } from './directory/directory.ts';
import { DirectoryStore } from './directory/store.ts';
import { REASONS } from './errors.ts';
import { factsNamed } from './history/published.ts';
import { Issuers } from './issuers.ts';
import { PaymentBook } from './payments/book.ts';
import { Effects } from './payments/effects.ts';
import { OpenOrders } from './payments/open-orders.ts';
import { startRecovery } from './payments/recovery.ts';
import { PaymentStore } from './payments/store.ts';
import { Worker } from './payments/worker.ts';
import { routingChecks } from './probe/checks.ts';
import { RefundStore } from './refunds/store.ts';
import { RefundWorker } from './refunds/worker.ts';
import { RestorationStore } from './restored/store.ts';
import { takeUpRestoration } from './restored/take-up.ts';
import { ReversalStore } from './reversals/store.ts';
import { watchReversals } from './reversals/watch.ts';
import { startRoutes } from './routes/routes.ts';
import { services } from './rpc.ts';

const MEBIBYTE = 2 ** 20;

const STREAM = { name: 'CAUSEWAY_ROUTING', subjects: ['causeway.routing.>'] };

/** Composes the service and starts it; what it answers ends it again, in the reverse order. */
export async function start(config: RoutingConfig, host: Runtime): Promise<Running> {
  const tls = readTls(config.tlsDir);
  const { db, clock, runtime } = await startDatabase(config, migrations, host);

  const nats = connectNats({ url: config.natsUrl, tlsDir: config.natsTlsDir, runtime });
  const history = (keys: FactKey[]) => factsNamed(db, keys);
  const stream = {
    ...STREAM,
    replicas: config.streamReplicas,
    maxBytes: config.streamMaxMebibytes * MEBIBYTE,
  };
  const publisher = startPublisher({ db, nats, runtime, stream, history });

  const directoryStore = new DirectoryStore(db);
  const directory = new Directory(directoryStore, runtime);
  await directory.start();
  const clearingStore = new ClearingStore(db);
  const days = new ClearingDays(clearingStore, directory, runtime);
  await days.start();
  const clearing = { store: clearingStore, days, directory, runtime, totals: new TotalsStore(db) };
  const routes = await startRoutes(db, directory, runtime, config.instance);

  const fx = connect(FxServiceService, {
    runtime,
    address: config.fxAddress,
    tls,
    mode: 'coalesced',
    defaultDeadlineMs: 2_000,
  });
  const settlement = connect(CoverServiceService, {
    runtime,
    address: config.settlementAddress,
    tls,
    mode: 'coalesced',
    defaultDeadlineMs: 1_500,
  });
  const cover = new Cover({ store: new CoverStore(db), settlement, runtime });
  await cover.start();
  const issuers = new Issuers(directory, runtime, tls);
  const connectors = new Connectors(runtime, tls, config.connectorTimeoutMs);
  const incidents = new Incidents(runtime);
  const reversals = new ReversalStore(db);
  const attemptStore = new AttemptStore(db);
  const attempts = new Attempts(attemptStore, runtime);
  attempts.start();
  const partners = new PartnerEffects(
    ...([directory, connectors, reversals, incidents, attempts, runtime] as const),
  );
  const quoteKeys = config.quoteTokenKeys;
  const { holdTtlSeconds } = config;
  const effects = new Effects({
    ...{ issuers, partners, incidents, attempts, quoteKeys, holdTtlSeconds, runtime },
  });
  const payments = new PaymentStore(db, publisher);
  const refunds = new RefundStore(db);
  const doubtMs = config.doubtSeconds * 1_000;
  const book = new PaymentBook({ store: payments, clearing: days, cover, runtime, doubtMs });
  const inquiryMs = config.inquirySeconds * 1_000;
  const worker = new Worker({
    ...{ book, effects, reversals, incidents, runtime, inquiryMs },
    observeRoute: routes.observe,
  });
  const refundWorker = new RefundWorker(book, refunds, effects, worker, runtime);
  await takeUpRestoration({
    ...{ store: new RestorationStore(db), issuers, directory, clearing: clearingStore, runtime },
    pastFacts: (since) => pastFacts(nats, STREAM.name, since),
  });
  await days.refresh();
  const recovery = startRecovery({ payments, refunds, worker, refundWorker, runtime });
  const sealing = startSealing(clearing);
  const watch = watchReversals({ reversals, book, partners, incidents, runtime });

  const parties = { directory, directoryStore, issuers, routes };
  const openOrders = new OpenOrders(
    () => payments.waitingOrders(),
    config.partnerMaxOpenOrders,
    runtime,
  );
  const own = {
    openOrders,
    payments,
    refunds,
    book,
    worker,
    refundWorker,
    reversals,
    attempts: attemptStore,
    noting: attempts,
    clearing,
    ...parties,
  };
  const planning = {
    ...{ fx, cover, chooseRoutes: routes.choose, quoteKeys },
    settlementCurrencyOf: days.settlementCurrencyOf,
    paymentTtlMs: config.paymentTtlSeconds * 1_000,
    confirmTtlMs: config.confirmTtlSeconds * 1_000,
  };
  const probe = new Probe({
    ...{ runtime, checks: routingChecks(db), budgetMs: config.probeBudgetMs },
    everyMs: config.probeSeconds * 1_000,
  });
  probe.start();
  const server = await serve({
    runtime,
    services: [...services({ ...own, ...planning, db, publisher, runtime }), probeService(probe)],
    tls,
    ...listening(config),
    reasons: REASONS,
    isAway: isDatabaseAway,
  });

  return {
    port: server.port,
    async drain() {
      // It serves no more at once, whatever the work in the background takes to stop.
      await Promise.all([
        server.drain(),
        recovery.stop(),
        probe.stop(),
        watch.stop(),
        sealing.stop(),
      ]);
      await worker.drain();
      await book.drain();
      await attempts.stop();
      await cover.stop();
      await routes.stop();
      await days.stop();
      await directory.stop();
      await publisher.stop();
      connectors.close();
      issuers.close();
      fx.close();
      settlement.close();
      clock.stop();
      await nats.close();
      await db.close();
    },
  };
}
