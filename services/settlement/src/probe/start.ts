import type { Database } from '@causeway/db';
import { Probe, probeService } from '@causeway/probe';
import { ProbeServiceService } from '@causeway/proto/common';
import {
  DirectoryServiceService,
  type Issuer,
  RecoveryServiceService,
  StopServiceService,
} from '@causeway/proto/routing';
import { IssuerServiceService } from '@causeway/proto/wallet';
import { connect, type IdentityKind, type Implementation, type TlsFiles } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import type { SettlementConfig } from '../config.ts';
import { BooksProbe, type Operator } from './books-probe.ts';
import { bookChecks } from './checks.ts';
import { booksProbeService } from './rpc.ts';

const TIMEOUT_MS = 5_000;
/** A look at everything takes as long as there are books. */
const LOOK_NOW_MS = 10 * 60_000;

/** The look at all books. */
export interface RunningBooksProbe {
  services: Implementation[];
  stop(): Promise<void>;
}

/** Begins to look at the switch's own books and at everybody's. */
export function startBooksProbe(
  config: SettlementConfig,
  { db, runtime, tls }: { db: Database; runtime: Runtime; tls: TlsFiles },
): RunningBooksProbe {
  const everyMs = config.probeSeconds * 1_000;
  const budgetMs = config.probeBudgetMs;
  const own = new Probe({ runtime, checks: bookChecks(db), everyMs, budgetMs });
  const clients: { close(): void }[] = [];
  const kept = <C extends { close(): void }>(client: C): C => {
    clients.push(client);
    return client;
  };
  const to = { runtime, tls, mode: 'unary' as const, defaultDeadlineMs: TIMEOUT_MS };
  const routing = { ...to, address: config.routingAddress };
  const recovery = kept(connect(RecoveryServiceService, routing));
  const stops = kept(connect(StopServiceService, routing));
  const directory = kept(connect(DirectoryServiceService, routing));
  const routingProbe = kept(connect(ProbeServiceService, routing));
  const operators = new Map<string, { address: string; operator: Operator }>();
  const operatorOf = ({ issuerId, address }: Issuer): Operator => {
    const known = operators.get(issuerId);
    if (known?.address === address) return known.operator;
    // An operator from outside shows its own certificate, one of this system a service's.
    const peer = { ...to, address, peerKinds: ['issuer' as const, 'service' as const] };
    let isOutside = false;
    const onPeer = (kind: IdentityKind) => {
      isOutside = kind === 'issuer';
    };
    const named = { ...peer, peerId: issuerId, onPeer };
    const books = kept(connect(IssuerServiceService, named));
    const prober = kept(connect(ProbeServiceService, named));
    const operator = {
      isOutside: () => isOutside,
      listTaken: books.listTaken,
      getProbe: (request: { lookNow: boolean }) => prober.getProbe(request, patience(request)),
    };
    operators.set(issuerId, { address, operator });
    return operator;
  };
  const probe = new BooksProbe({
    ...{ db, runtime, own, operatorOf, everyMs, budgetMs },
    routing: {
      listStandings: recovery.listStandings,
      stopForBrokenBooks: stops.stopForBrokenBooks,
      listIssuers: () => directory.listIssuers({}),
      getProbe: (request) => routingProbe.getProbe(request, patience(request)),
    },
  });
  own.start();
  probe.start();
  return {
    services: [probeService(own), booksProbeService(probe)],
    async stop() {
      await probe.stop();
      await own.stop();
      for (const client of clients) client.close();
    },
  };
}

function patience({ lookNow }: { lookNow: boolean }) {
  return { timeoutMs: lookNow ? LOOK_NOW_MS : TIMEOUT_MS };
}
