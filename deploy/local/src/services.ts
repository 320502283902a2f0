import { ACQUIRERS } from '@causeway/sandbox/world/acquirers';
import { ISSUER } from '@causeway/sandbox/world/issuer';
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
  /** What else its environment holds. */
  env?: Record<string, string>;
}

/** Every service in an order in which they can start; they stop in the opposite one. */
export const SERVICES: readonly ServiceSpec[] = [
  { name: 'fx', program: 'fx', database: true, peers: [] },
  { name: 'wallet', program: 'wallet', database: true, peers: ['fx'], appPort: true },
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
  { kind: 'issuer', id: ISSUER.id },
  { kind: 'operator', id: 'ops' },
];

/** Everybody who needs a certificate on this machine. */
export function callersOf(services: readonly ServiceSpec[], others: readonly Caller[]): Caller[] {
  return [...services.map(({ name }): Caller => ({ kind: 'service', id: name })), ...others];
}
