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

/** The acquirers of the sandbox: one for each city in which its merchants are. */
export const SANDBOX_PARTNERS: readonly string[] = [
  'acquirer-tokyo',
  'acquirer-bangkok',
  'acquirer-seoul',
  'acquirer-shenzhen',
  'acquirer-singapore',
  'acquirer-kuala-lumpur',
  'acquirer-manila',
  'acquirer-macau',
  'acquirer-hong-kong',
];

/** Everybody who needs a certificate on this machine. `ops` is the person who runs the stack. */
export function callersOf(services: readonly ServiceSpec[], partners: readonly string[]): Caller[] {
  return [
    ...services.map(({ name }): Caller => ({ kind: 'service', id: name })),
    { kind: 'operator', id: 'ops' },
    ...partners.map((id): Caller => ({ kind: 'partner', id })),
  ];
}
