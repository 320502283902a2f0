import type { Database } from '@causeway/db';
import { connectNats, parkedFactService } from '@causeway/events';
import { ProjectionServiceService } from '@causeway/proto/common';
import { LiquidityProviderServiceService, TreasuryServiceService } from '@causeway/proto/fx';
import { FactServiceService, type ListFactsResponse } from '@causeway/proto/routing';
import { connect, type Implementation, implement, readTls } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import type { FxConfig } from './config.ts';
import { coverExposure } from './cover/cover-exposure.ts';
import { CoverDesk } from './cover/desk.ts';
import { listCoverTrades } from './cover/list-trades.ts';
import type { AskToTrade, Treasury } from './cover/treasury.ts';
import { refuse } from './errors.ts';
import { EXPOSURES_CONSUMER, followFacts } from './events.ts';
import { listExposures } from './exposures/list-exposures.ts';
import { rebuildExposures } from './exposures/rebuild.ts';
import { takeFacts } from './exposures/take-facts.ts';
import type { PriceBook } from './sources/price-book.ts';

const ROUTING_TIMEOUT_MS = 10_000;

/** The desk that follows exposures and covers them. */
export interface RunningTreasury {
  /** TreasuryService, and what operators do about facts that it could not take in. */
  services: Implementation[];
  stop(): Promise<void>;
}

/** Starts following what payments do to positions, and covering what is over its limit. */
export function startTreasury(
  config: FxConfig,
  { db, runtime, book }: { db: Database; runtime: Runtime; book: PriceBook },
): RunningTreasury {
  const { providers, close } = connectProviders(config, runtime);
  const treasury: Treasury = {
    ...{ db, runtime, book, providers },
    limits: config.coverLimits,
    offerDistanceBps: config.offerDistanceBps,
    slippageBps: config.coverSlippageBps,
    refusalPauseMs: config.coverPauseSeconds * 1_000,
  };
  const nats = connectNats({ url: config.natsUrl, tlsDir: config.natsTlsDir, runtime });
  const consumer = followFacts({ db, nats, runtime });
  const facts = factsOf(config, runtime);
  const desk = new CoverDesk(treasury);
  desk.start();
  return {
    services: [
      treasuryService(treasury, desk),
      projectionService(db, facts),
      parkedFactService({
        ...{ db, runtime, durable: EXPOSURES_CONSUMER },
        handle: (facts) => takeFacts(db, facts),
      }),
    ],
    async stop() {
      await consumer.stop();
      await desk.stop();
      close();
      facts.close();
      await nats.close();
    },
  };
}

/** Routing's whole history; whoever asks for it where routing is not known is refused. */
function factsOf({ routingAddress, tlsDir }: FxConfig, runtime: Runtime): History {
  if (routingAddress === undefined) {
    const unknown = () => {
      throw refuse('DEPENDENCY_UNAVAILABLE', 'this service is not told where routing is');
    };
    return { all: unknown, close: () => {} };
  }
  const client = connect(FactServiceService, {
    ...{ runtime, address: routingAddress, tls: readTls(tlsDir), mode: 'unary' as const },
    defaultDeadlineMs: ROUTING_TIMEOUT_MS,
  });
  return { all: (signal) => client.listFacts({}, { signal }), close: () => client.close() };
}

interface History {
  all(signal: AbortSignal): AsyncIterable<ListFactsResponse>;
  close(): void;
}

function projectionService(db: Database, facts: History): Implementation {
  return implement(ProjectionServiceService, {
    rebuildProjections: (_request, { signal }) => rebuildExposures(db, facts.all(signal)),
  });
}

function treasuryService(treasury: Treasury, desk: CoverDesk): Implementation {
  return implement(TreasuryServiceService, {
    listExposures: async () => ({ exposures: await listExposures(treasury) }),
    listCoverTrades: async (request) => listCoverTrades(treasury, request),
    coverExposure: async (request) => ({ trade: await coverExposure(treasury, desk, request) }),
  });
}

/** Clients of the providers that have an address. Nothing is opened before the first trade. */
function connectProviders(
  { liquidityProviders, tlsDir, providerTimeoutMs }: FxConfig,
  runtime: Runtime,
): { providers: Map<string, AskToTrade>; close(): void } {
  const tls = readTls(tlsDir);
  const clients = liquidityProviders.flatMap(({ id, address }) => {
    if (address === undefined) return [];
    const client = connect(LiquidityProviderServiceService, {
      ...{ runtime, address, tls, mode: 'unary', defaultDeadlineMs: providerTimeoutMs },
      peerKinds: ['partner'],
      peerId: id,
    });
    return [{ id, client }];
  });
  return {
    providers: new Map(
      clients.map(({ id, client }) => [id, (request) => client.executeTrade(request)]),
    ),
    close: () => {
      for (const { client } of clients) client.close();
    },
  };
}
