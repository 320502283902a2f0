import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AcquiringServiceService,
  AgreementServiceService,
  MerchantCodeServiceService,
  MerchantServiceService,
  PartnerServiceService,
  TransitServiceService,
  WebhookServiceService,
} from '@causeway/proto/acquiring';
import { ParkedFactServiceService, ProjectionServiceService } from '@causeway/proto/common';
import { FxServiceService, TreasuryServiceService } from '@causeway/proto/fx';
import {
  ClearingDayServiceService,
  DirectoryServiceService,
  FactServiceService,
  RecoveryServiceService,
  RoutePolicyServiceService,
  RoutingServiceService,
  StopServiceService,
} from '@causeway/proto/routing';
import {
  AdjustmentServiceService,
  BooksProbeServiceService,
  ClearingFileServiceService,
  CoverServiceService,
  DisputeServiceService,
  RebuildServiceService,
  ReconciliationServiceService,
  ReportServiceService,
  SettlementAgreementServiceService,
  SettlementServiceService,
  WindowServiceService,
} from '@causeway/proto/settlement';
import {
  FloatServiceService,
  TransitGrantServiceService,
  WalletServiceService,
} from '@causeway/proto/wallet';
import { type Client, connect, readTls, type TlsFiles } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import type { StackPlace } from './stack.ts';

/** The services that consume facts. */
export const FACT_CONSUMERS = ['settlement', 'acquiring', 'fx'] as const;

/** A service that consumes facts. */
export type FactConsumer = (typeof FACT_CONSUMERS)[number];

/** The services whose tables follow from facts alone; settlement compares its books instead. */
export const PROJECTORS = ['acquiring', 'fx'] as const;

/** A service whose tables follow from facts alone. */
export type Projector = (typeof PROJECTORS)[number];

/** The public APIs as one party with a certificate reaches them. Nothing connects before use. */
export interface Caller {
  /** Whose certificate is shown: a partner, an issuer, an operator or a service. */
  readonly id: string;
  readonly fx: Client<typeof FxServiceService>;
  readonly treasury: Client<typeof TreasuryServiceService>;
  /**
   * Its own wallet service, where the caller is a wallet operator that has one; everybody else's is
   * `wallet`, or the only one. Throws where there is none.
   */
  readonly wallets: Client<typeof WalletServiceService>;
  /** The float of its own wallet service, likewise. */
  readonly float: Client<typeof FloatServiceService>;
  /** The transit grants and keys of its own wallet service, likewise. */
  readonly grants: Client<typeof TransitGrantServiceService>;
  readonly payments: Client<typeof AcquiringServiceService>;
  readonly merchants: Client<typeof MerchantServiceService>;
  readonly codes: Client<typeof MerchantCodeServiceService>;
  readonly agreements: Client<typeof AgreementServiceService>;
  readonly webhooks: Client<typeof WebhookServiceService>;
  readonly transit: Client<typeof TransitServiceService>;
  readonly partners: Client<typeof PartnerServiceService>;
  readonly routing: Client<typeof RoutingServiceService>;
  readonly directory: Client<typeof DirectoryServiceService>;
  readonly policies: Client<typeof RoutePolicyServiceService>;
  readonly facts: Client<typeof FactServiceService>;
  readonly recovery: Client<typeof RecoveryServiceService>;
  /** What each service that consumes facts could not take in, by the service's name. */
  readonly parked: Readonly<Record<FactConsumer, Client<typeof ParkedFactServiceService>>>;
  /** What each service that follows facts keeps of them, by the service's name. */
  readonly projections: Readonly<Record<Projector, Client<typeof ProjectionServiceService>>>;
  readonly clearingDays: Client<typeof ClearingDayServiceService>;
  readonly stops: Client<typeof StopServiceService>;
  readonly settlement: Client<typeof SettlementServiceService>;
  readonly reconciliations: Client<typeof ReconciliationServiceService>;
  readonly clearingFiles: Client<typeof ClearingFileServiceService>;
  readonly cover: Client<typeof CoverServiceService>;
  readonly settlementAgreements: Client<typeof SettlementAgreementServiceService>;
  readonly windows: Client<typeof WindowServiceService>;
  readonly adjustments: Client<typeof AdjustmentServiceService>;
  readonly disputes: Client<typeof DisputeServiceService>;
  readonly rebuilds: Client<typeof RebuildServiceService>;
  readonly probes: Client<typeof BooksProbeServiceService>;
  readonly reports: Client<typeof ReportServiceService>;
}

/** A wallet app: no certificate, a token for one wallet, and the port for apps. */
export interface WalletApp {
  readonly walletId: string;
  readonly wallets: Client<typeof WalletServiceService>;
  readonly grants: Client<typeof TransitGrantServiceService>;
}

/** Everybody whose certificate lies in a folder. */
export interface Callers {
  /**
   * One party, with connections of its own. Throws where it has no certificate.
   *
   * @param walletService another wallet service than its own, by the name of its endpoint
   */
  as(id: string, walletService?: string): Caller;
  /** The app of one wallet; its wallet operator makes the token. */
  appOf(issuerId: string, walletId: string): Promise<WalletApp>;
  /** The ids of all who have a certificate here, in order. */
  ids(): string[];
  /** Closes every connection. */
  close(): void;
}

/** The folder beside the parties' own in which whoever signs for them keeps its key. */
const AUTHORITY = 'authority';

/** The wallet service that is one of this system's own services. */
const OWN_WALLET_SERVICE = 'wallet';

const DEFAULT_TIMEOUT_MS = 10_000;

/** Opens the way for everybody who has a certificate in the stack's folder. */
export function openCallers(
  runtime: Runtime,
  { endpoints, certs }: StackPlace,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Callers {
  const open: { close(): void }[] = [];
  const known = new Map<string, Caller>();
  const apps = new Map<string, WalletApp>();
  const servers = walletServers(endpoints);

  const client: Connect = (service, endpoint, tls, token) => {
    const address = endpoints[endpoint];
    if (address === undefined) throw new Error(`this stack has no ${endpoint}`);
    const made = connect(service, {
      runtime,
      address,
      tls,
      peerKinds: [servers.get(endpoint.replace(/_app$/, '')) ?? 'service'],
      mode: 'unary',
      defaultDeadlineMs: timeoutMs,
      ...(token === undefined ? {} : { token: () => token }),
    });
    open.push(made);
    return made;
  };

  /** A wallet operator whose service bears its own id is reached there. */
  const walletServiceOf = (id: string) => {
    const [only = OWN_WALLET_SERVICE, ...others] = servers.keys();
    if (servers.has(id)) return id;
    return others.length > 0 ? OWN_WALLET_SERVICE : only;
  };

  const as = (id: string, walletService = walletServiceOf(id)): Caller => {
    const key = `${id} ${walletService}`;
    const caller =
      known.get(key) ?? callerWith(id, readTls(join(certs, id)), client, walletService);
    known.set(key, caller);
    return caller;
  };

  return {
    as,
    ids: () =>
      readdirSync(certs)
        .filter((id) => id !== AUTHORITY)
        .sort(),
    async appOf(issuerId, walletId) {
      const kept = apps.get(walletId);
      if (kept !== undefined) return kept;
      const { token } = await as(issuerId).wallets.createAccessToken({ walletId });
      const { ca } = readTls(join(certs, issuerId));
      const endpoint = `${walletServiceOf(issuerId)}_app`;
      const app = {
        walletId,
        wallets: client(WalletServiceService, endpoint, { ca }, token),
        grants: client(TransitGrantServiceService, endpoint, { ca }, token),
      };
      apps.set(walletId, app);
      return app;
    },
    close: () => {
      for (const each of open) each.close();
    },
  };
}

/**
 * The wallet services, which are those with a port for apps, and what their certificates say: those
 * of operators from outside are no services of this system. `<name>_kind` tells it of each; where
 * nothing does, `wallet` is the system's own.
 */
function walletServers(endpoints: StackPlace['endpoints']): Map<string, 'issuer' | 'service'> {
  const names = Object.keys(endpoints).filter((name) => endpoints[`${name}_app`] !== undefined);
  return new Map(
    names.map((name) => {
      const kind =
        endpoints[`${name}_kind`] ?? (name === OWN_WALLET_SERVICE ? 'service' : 'issuer');
      return [name, kind === 'issuer' ? 'issuer' : 'service'];
    }),
  );
}

type Connect = <S extends Parameters<typeof connect>[0]>(
  service: S,
  endpoint: string,
  tls: TlsFiles,
  token?: string,
) => Client<S>;

function callerWith(id: string, tls: TlsFiles, client: Connect, walletService: string): Caller {
  // A stack need not have a wallet service, and whoever asks for something else need not know.
  const wallets = once(() => client(WalletServiceService, walletService, tls));
  const float = once(() => client(FloatServiceService, walletService, tls));
  const grants = once(() => client(TransitGrantServiceService, walletService, tls));
  return {
    id,
    get wallets() {
      return wallets();
    },
    get float() {
      return float();
    },
    get grants() {
      return grants();
    },
    fx: client(FxServiceService, 'fx', tls),
    treasury: client(TreasuryServiceService, 'fx', tls),
    payments: client(AcquiringServiceService, 'acquiring', tls),
    merchants: client(MerchantServiceService, 'acquiring', tls),
    codes: client(MerchantCodeServiceService, 'acquiring', tls),
    agreements: client(AgreementServiceService, 'acquiring', tls),
    webhooks: client(WebhookServiceService, 'acquiring', tls),
    transit: client(TransitServiceService, 'acquiring', tls),
    partners: client(PartnerServiceService, 'acquiring', tls),
    routing: client(RoutingServiceService, 'routing', tls),
    directory: client(DirectoryServiceService, 'routing', tls),
    policies: client(RoutePolicyServiceService, 'routing', tls),
    facts: client(FactServiceService, 'routing', tls),
    recovery: client(RecoveryServiceService, 'routing', tls),
    parked: {
      settlement: client(ParkedFactServiceService, 'settlement', tls),
      acquiring: client(ParkedFactServiceService, 'acquiring', tls),
      fx: client(ParkedFactServiceService, 'fx', tls),
    },
    projections: {
      acquiring: client(ProjectionServiceService, 'acquiring', tls),
      fx: client(ProjectionServiceService, 'fx', tls),
    },
    clearingDays: client(ClearingDayServiceService, 'routing', tls),
    stops: client(StopServiceService, 'routing', tls),
    settlement: client(SettlementServiceService, 'settlement', tls),
    reconciliations: client(ReconciliationServiceService, 'settlement', tls),
    clearingFiles: client(ClearingFileServiceService, 'settlement', tls),
    cover: client(CoverServiceService, 'settlement', tls),
    settlementAgreements: client(SettlementAgreementServiceService, 'settlement', tls),
    windows: client(WindowServiceService, 'settlement', tls),
    adjustments: client(AdjustmentServiceService, 'settlement', tls),
    disputes: client(DisputeServiceService, 'settlement', tls),
    rebuilds: client(RebuildServiceService, 'settlement', tls),
    probes: client(BooksProbeServiceService, 'settlement', tls),
    reports: client(ReportServiceService, 'settlement', tls),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
