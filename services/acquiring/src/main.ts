import { isDatabaseAway, startDatabase } from '@causeway/db';
import { connectNats, parkedFactService } from '@causeway/events';
import {
  DirectoryServiceService,
  FactServiceService,
  RoutingServiceService,
} from '@causeway/proto/routing';
import { connect, listening, readTls, serve } from '@causeway/rpc';
import type { Running, Runtime } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import type { AcquiringConfig } from './config.ts';
import { Directory } from './directory/directory.ts';
import { followDirectory } from './directory/follow.ts';
import { REASONS } from './errors.ts';
import { FEED_CONSUMER, followFacts, takeFacts } from './events.ts';
import { FeedHints } from './feed/hints.ts';
import { projectionService } from './feed/rpc.ts';
import { lookupsOf } from './lookups.ts';
import { ownTables } from './own-tables.ts';
import { PartnerLimit } from './partner-limit.ts';
import { Links } from './presented/links.ts';
import { Routed } from './routed.ts';
import { implementations } from './rpc.ts';
import { startTransit } from './transit/start.ts';
import { startWebhooks } from './webhooks/start.ts';

/** Starts the service: its directory is complete before it answers the first call. */
export async function start(config: AcquiringConfig, host: Runtime): Promise<Running> {
  const { db, clock, runtime } = await startDatabase(config, migrations, host);
  const tls = readTls(config.tlsDir);
  const nats = connectNats({ url: config.natsUrl, tlsDir: config.natsTlsDir, runtime });
  const client = connect(RoutingServiceService, {
    ...{ runtime, tls },
    address: config.routingAddress,
    mode: 'coalesced',
    defaultDeadlineMs: config.routingTimeoutMs,
  });

  const issuers = connect(DirectoryServiceService, {
    ...{ runtime, tls },
    address: config.routingAddress,
    mode: 'unary',
    defaultDeadlineMs: config.routingTimeoutMs,
  });

  const history = connect(FactServiceService, {
    ...{ runtime, tls, address: config.routingAddress, mode: 'unary' },
    defaultDeadlineMs: config.routingTimeoutMs,
  });

  const directory = new Directory();
  const hints = new FeedHints();
  const inFlight = new PartnerLimit('calls under way', config.partnerMaxInFlight, 200);
  const owned = new PartnerLimit('calls on lists under way', config.partnerMaxOwnCalls, 200);
  const watching = new PartnerLimit('watches open', config.partnerMaxWatches, 5_000);
  const reports = new PartnerLimit('reports under way', config.issuerMaxReports, 200);
  const payersInFlight = new PartnerLimit('calls under way', config.issuerMaxInFlight, 200);
  const carried = { runtime, client, timeoutMs: config.routingTimeoutMs };
  const routed = new Routed({ ...carried, inFlight });
  const links = new Links(config.payLinkBase, config.payLinkKeys);
  const lookups = lookupsOf(db, runtime);
  const stopFollowing = await followDirectory(db, directory, runtime);
  const consumer = followFacts({ db, nats, runtime, hints });
  const { webhooks, stop: stopWebhooks } = startWebhooks(config, { db, runtime, hints });
  const rides = new PartnerLimit('rides under way', config.partnerMaxInFlight, 200);
  const transit = startTransit({
    ...{ db, runtime, directory, client, issuers, maxInFlight: config.streamMaxInFlight },
    routed: new Routed({ ...carried, inFlight: rides }),
    signingKey: config.trustKeySecret,
  });
  const server = await serve({
    ...{ runtime, tls, ...listening(config) },
    services: [
      parkedFactService({
        ...{ db, runtime, durable: FEED_CONSUMER },
        handle: (facts) => takeFacts({ db, hints }, facts),
      }),
      projectionService({ db, hints }, history),
      ...implementations({
        intake: {
          ...{ directory, routed, links, ...lookups },
          ...{ log: runtime.log, maxInFlight: config.streamMaxInFlight },
        },
        merchants: { db, directory },
        codes: { db },
        agreements: { db, links, routed },
        payer: {
          ...{ runtime, links, ...lookups },
          routed: new Routed({ ...carried, inFlight: payersInFlight }),
          own: ownTables(reports),
        },
        feed: { db, runtime, hints, watching },
        webhooks,
        transit: transit.parts,
        own: ownTables(owned),
      }),
    ],
    reasons: REASONS,
    isAway: isDatabaseAway,
  });
  return {
    port: server.port,
    async drain() {
      await server.drain();
      await consumer.stop();
      await stopWebhooks();
      await transit.stop();
      stopFollowing();
      client.close();
      history.close();
      issuers.close();
      await nats.close();
      clock.stop();
      await db.close();
    },
  };
}
