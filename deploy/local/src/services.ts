import { ACQUIRERS } from '@causeway/sandbox/world/acquirers';
import { ISSUER } from '@causeway/sandbox/world/issuer';
import { LIQUIDITY_PROVIDER_ID } from '@causeway/sandbox/world/liquidity-provider';
import type { Caller } from './certificates.ts';

/** One service of the stack. A program may run twice, under two names. */
export interface ServiceSpec {
  /** Its instance id, and the name of its database, certificate, log and endpoint. */
  name: string;
  /** It runs `dist/<program>.js`. */
  program: string;
  /** Whether it has a database, `causeway_<name>`. */
  database: boolean;
  /** Whose addresses it is given, as `<NAME>_ADDRESS`; it starts when they are ready. */
  peers: string[];
  /** Whether it has a second port, for wallet apps, who bring a token and no certificate. */
  appPort?: boolean;
  /** What else its environment holds; `secretOf` answers a secret that this stack keeps. */
  env?: (secretOf: (name: string) => string) => Record<string, string>;
}

/** Every service in an order in which they can start; they stop in the opposite one. */
export const SERVICES: readonly ServiceSpec[] = [
  {
    name: 'fx',
    program: 'fx',
    database: true,
    peers: [],
    env: (secretOf) => ({ QUOTE_TOKEN_KEYS: `local:${secretOf('fx.quote_tokens')}` }),
  },
  {
    name: 'wallet',
    program: 'wallet',
    database: true,
    peers: ['fx'],
    appPort: true,
    env: (secretOf) => ({
      ISSUER_ID: ISSUER.id,
      CODE_PREFIX: ISSUER.codePrefix,
      CODE_HASH_KEY: secretOf('wallet.code_hash'),
      TOKEN_KEYS: `local:${secretOf('wallet.tokens')}`,
    }),
  },
  { name: 'settlement', program: 'settlement', database: true, peers: [] },
  { name: 'routing', program: 'routing', database: true, peers: ['fx', 'wallet'] },
  { name: 'acquiring', program: 'acquiring', database: true, peers: ['routing'] },
  {
    name: 'sandbox',
    program: 'sandbox',
    database: false,
    peers: ['fx', 'wallet', 'settlement', 'routing', 'acquiring'],
  },
];

/** The parties of the sandbox: an acquirer for each city, the wallet operator, and its operator. */
export const SANDBOX_CALLERS: readonly Caller[] = [
  ...ACQUIRERS.map(({ id }): Caller => ({ kind: 'partner', id })),
  { kind: 'partner', id: LIQUIDITY_PROVIDER_ID },
  { kind: 'issuer', id: ISSUER.id },
  { kind: 'operator', id: 'ops' },
];

/** Everybody who needs a certificate on this machine. */
export function callersOf(services: readonly ServiceSpec[], others: readonly Caller[]): Caller[] {
  return [...services.map(({ name }): Caller => ({ kind: 'service', id: name })), ...others];
}
