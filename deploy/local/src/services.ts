import { ACQUIRERS } from '@causeway/sandbox/world/acquirers';
import { ISSUER, SECOND_ISSUER, type SeededIssuer } from '@causeway/sandbox/world/issuers';
import { COVER_LIMITS, LIQUIDITY_PROVIDERS } from '@causeway/sandbox/world/liquidity-providers';
import { GATEWAYS } from '@causeway/sandbox/world/routes';
import { SANDBOX_SERVERS } from '@causeway/sandbox/world/servers';
import { TRANSIT_OPERATORS } from '@causeway/sandbox/world/transit';
import type { Caller } from './certificates.ts';

/** One process of the stack. A program may run twice, under two names. */
export interface ServiceSpec {
  /** The name of its log and endpoint, and unless it is a replica of its instance and database. */
  name: string;
  /** The service whose instance, database and certificate it shares: it is one more of the same. */
  replicaOf?: string;
  /** What its certificate says it is: a service of the switch, unless given. */
  kind?: 'issuer';
  /** It runs `dist/<program>.js`. */
  program: string;
  /** Whether it has a database, `causeway_<name>`. */
  database: boolean;
  /** Whose addresses it is given, as `<NAME>_ADDRESS`; it starts when they are ready. */
  peers: string[];
  /** Whose addresses it is given besides; it waits for none of them and dials when it must. */
  laterPeers?: string[];
  /** Whether it has a second port, for wallet apps, who bring a token and no certificate. */
  appPort?: boolean;
  /** Servers that it runs besides its own; each has an endpoint, and its port in SERVER_PORTS. */
  servers?: readonly string[];
  /** What else its environment holds. */
  env?: (means: Means) => Record<string, string>;
}

/** What a service's own environment is made from. */
export interface Means {
  /** A secret that this stack makes once and keeps. */
  secretOf(name: string): string;
  /** Where an endpoint is, `host:port`, whether it is up or not; empty where it is not part. */
  addressOf(endpoint: string): string;
}

/** Every service in an order in which they can start; they stop in the opposite one. */
export const SERVICES: readonly ServiceSpec[] = [
  {
    name: 'fx',
    program: 'fx',
    database: true,
    peers: [],
    // It asks whether everything is stopped, and gives prices without it.
    laterPeers: ['routing'],
    env: ({ secretOf, addressOf }) => ({
      QUOTE_TOKEN_KEYS: `local:${secretOf('fx.quote_tokens')}`,
      LIQUIDITY_PROVIDERS: LIQUIDITY_PROVIDERS.map(({ id }) => {
        const address = addressOf(id);
        return address === '' ? id : `${id}=${address}`;
      }).join(','),
      COVER_LIMITS,
    }),
  },
  walletService(ISSUER),
  // An operator from outside has one certificate, of its own kind.
  { ...walletService(SECOND_ISSUER), kind: 'issuer' },
  {
    name: 'settlement',
    program: 'settlement',
    database: true,
    peers: [],
    // It asks routing for the days of participants, and books without it.
    laterPeers: ['routing'],
    env: ({ secretOf }) => ({ SIGNING_KEYS: `local:${secretOf('settlement.signing')}` }),
  },
  {
    name: 'routing',
    program: 'routing',
    database: true,
    peers: ['fx', 'wallet'],
    // It leases cover there; whoever is not limited pays without it.
    laterPeers: ['settlement'],
    env: ({ secretOf }) => ({ QUOTE_TOKEN_KEYS: `local:${secretOf('routing.quote_tokens')}` }),
  },
  {
    name: 'acquiring',
    program: 'acquiring',
    database: true,
    peers: ['routing'],
    env: ({ secretOf }) => ({
      WEBHOOK_SECRET_KEYS: `local:${secretOf('acquiring.webhook_secrets')}`,
      PAY_LINK_KEYS: `local:${secretOf('acquiring.pay_links')}`,
      WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true',
      TRUST_KEY_SECRET: secretOf('acquiring.trust'),
    }),
  },
  {
    name: 'sandbox',
    program: 'sandbox',
    database: false,
    peers: ['fx', 'wallet', 'peak-wallet', 'settlement', 'routing', 'acquiring'],
    servers: SANDBOX_SERVERS,
  },
];

/**
 * The same services with as many processes of each as asked: `routing`, `routing-2` and so on. What
 * plays the world outside, the sandbox, is not one to multiply.
 */
export function withReplicas(
  services: readonly ServiceSpec[],
  countOf: (service: string) => number,
): ServiceSpec[] {
  return services.flatMap((service) => {
    const count = service.program === 'sandbox' ? 1 : countOf(service.name);
    const others = Array.from({ length: count - 1 }, (_, at) => ({
      ...service,
      name: `${service.name}-${at + 2}`,
      replicaOf: service.name,
    }));
    return [service, ...others];
  });
}

/** The service that a process is one of. */
export function serviceOf({ name, replicaOf }: ServiceSpec): string {
  return replicaOf ?? name;
}

/** The wallet service of an operator. */
function walletService({ id, service, codePrefix }: SeededIssuer): ServiceSpec {
  return {
    name: service,
    program: 'wallet',
    database: true,
    peers: ['fx'],
    // Its users' confirmations go there, and acquiring starts after the wallets.
    laterPeers: ['acquiring'],
    appPort: true,
    env: ({ secretOf }) => ({
      ISSUER_ID: id,
      CODE_PREFIX: codePrefix,
      CODE_HASH_KEY: secretOf(`${service}.code_hash`),
      TOKEN_KEYS: `local:${secretOf(`${service}.tokens`)}`,
      TRANSIT_KEY_SECRET: secretOf(`${service}.transit`),
    }),
  };
}

/** The parties of the sandbox that are no service: acquirers, a wallet operator, the operator. */
export const SANDBOX_CALLERS: readonly Caller[] = [
  ...ACQUIRERS.map(({ id }): Caller => ({ kind: 'partner', id })),
  ...TRANSIT_OPERATORS.map(({ id }): Caller => ({ kind: 'partner', id })),
  ...GATEWAYS.map(({ id }): Caller => ({ kind: 'partner', id })),
  ...LIQUIDITY_PROVIDERS.map(({ id }): Caller => ({ kind: 'partner', id })),
  { kind: 'issuer', id: ISSUER.id },
  { kind: 'operator', id: 'ops' },
];

/** Everybody who needs a certificate on this machine. */
export function callersOf(services: readonly ServiceSpec[], others: readonly Caller[]): Caller[] {
  const own = services
    .filter(({ replicaOf }) => replicaOf === undefined)
    .map(({ name, kind }): Caller => ({ kind: kind ?? 'service', id: name }));
  return [...own, ...others];
}
