import { isDatabaseAway, startDatabase } from '@causeway/db';
import { connectNats, parkedFactService } from '@causeway/events';
import {
  ClearingDayServiceService,
  FactServiceService,
  RoutingServiceService,
} from '@causeway/proto/routing';
import { connect, listening, readTls, serve } from '@causeway/rpc';
import type { Running, Runtime } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import { adjustmentService } from './adjustments/rpc.ts';
import { agreementFor, agreementVersion } from './agreements/agreements.ts';
import { TermsPusher } from './agreements/push-terms.ts';
import { agreementService } from './agreements/rpc.ts';
import { Commands } from './commands/commands.ts';
import type { SettlementConfig } from './config.ts';
import { coverService } from './cover/rpc.ts';
import { watchCover } from './cover/watch.ts';
import { giveBackBy } from './disputes/give-back.ts';
import { disputeService } from './disputes/rpc.ts';
import { DisputeWorker } from './disputes/worker.ts';
import { REASONS } from './errors.ts';
import { BOOKS_CONSUMER, bookFacts, followFacts } from './events.ts';
import { makeFiles } from './files/make-files.ts';
import { fileImplementation } from './files/rpc.ts';
import { startBooksProbe } from './probe/start.ts';
import { HANDLERS } from './rebuild/handlers.ts';
import { Rebuilds } from './rebuild/rebuilds.ts';
import { rebuildService } from './rebuild/rpc.ts';
import { dropLeftover } from './rebuild/scratch.ts';
import { watchBreaks } from './reconciliation/breaks/watch.ts';
import { oursFromWindows } from './reconciliation/from-windows.ts';
import { reconciliationService } from './reconciliation/rpc.ts';
import { Matcher } from './reconciliation/worker.ts';
import { reportService } from './report/rpc.ts';
import { implementation } from './rpc.ts';
import type { AgreementBook } from './windows/draw-up.ts';
import { windowService } from './windows/rpc.ts';
import { WindowWork } from './windows/work.ts';
import { WindowWorker } from './windows/worker.ts';

const ROUTING_TIMEOUT_MS = 5_000;

/** Starts the service: it books facts as they come and answers what the books say. */
export async function start(config: SettlementConfig, host: Runtime): Promise<Running> {
  const { db, clock, runtime } = await startDatabase(config, migrations, host);
  const nats = connectNats({ url: config.natsUrl, tlsDir: config.natsTlsDir, runtime });
  const consumer = followFacts({ db, nats, runtime });
  const tls = readTls(config.tlsDir);
  const toRouting = {
    ...{ runtime, tls, address: config.routingAddress, mode: 'coalesced' as const },
    defaultDeadlineMs: ROUTING_TIMEOUT_MS,
  };
  const routing = connect(ClearingDayServiceService, toRouting);
  const payments = connect(RoutingServiceService, toRouting);
  const history = connect(FactServiceService, toRouting);
  const rebuilds = new Rebuilds({
    ...{ databaseUrl: config.databaseUrl, migrations, runtime, handlers: HANDLERS },
    facts: (signal) => history.listFacts({}, { signal }),
  });
  await dropLeftover(db);
  const commands = new Commands(db, clock);
  const cover = watchCover({ db, runtime, warnPercents: config.coverWarnPercents });
  const agreements: AgreementBook = {
    inForce: (participant, clearingDate) => agreementFor(db, participant, clearingDate),
    version: (participant, version) => agreementVersion(db, participant, version),
  };
  const worker = new WindowWorker({
    ...{ db, commands, agreements, routing, runtime },
    work: new WindowWork(db, runtime),
    terms: new TermsPusher(db, routing),
    makeFiles: (key, drawn) =>
      makeFiles({ db, runtime, agreements, signingKeys: config.signingKeys }, key, drawn),
  });
  worker.start();
  const ours = oursFromWindows(agreements);
  const matcher = new Matcher({ db, runtime, ours });
  const breaks = watchBreaks({ db, runtime });
  const giveBack = giveBackBy(payments);
  const disputes = new DisputeWorker({ db, commands, giveBack, runtime });
  disputes.start();
  const probe = startBooksProbe(config, { db, runtime, tls });
  const { wake } = disputes;
  const server = await serve({
    ...{ runtime, tls, ...listening(config) },
    services: [
      implementation(db),
      agreementService({ db, commands }, () => worker.wake()),
      coverService({ db, commands, runtime }),
      windowService({ db, commands, agreements, worker }),
      reconciliationService({ db, commands, runtime, ours, matcher }),
      adjustmentService({ db, commands }),
      disputeService({ db, commands, wake, terms: config.disputeTerms }),
      fileImplementation(db, config.signingKeys),
      rebuildService(rebuilds),
      reportService({ db, agreements }),
      ...probe.services,
      parkedFactService({
        ...{ db, runtime, durable: BOOKS_CONSUMER },
        handle: (facts) => bookFacts(db, facts),
      }),
    ],
    reasons: REASONS,
    isAway: isDatabaseAway,
  });
  return {
    port: server.port,
    async drain() {
      await server.drain();
      await probe.stop();
      await cover.stop();
      await consumer.stop();
      await worker.stop();
      await matcher.stop();
      await breaks.stop();
      await disputes.stop();
      await rebuilds.stop();
      history.close();
      routing.close();
      payments.close();
      await nats.close();
      clock.stop();
      await db.close();
    },
  };
}
