import { DeclineReason } from '@causeway/proto/common';
import { RefusalClass, type Route } from '@causeway/proto/routing';
import { type RpcServer, readTls } from '@causeway/rpc';
import { uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates } from '@causeway/testing';
import { afterEach } from 'vitest';
import { Connectors } from '../connectors/connectors.ts';
import { confirmedPayment } from '../payments/testing.ts';
import { MemoryStore } from './memory-store.fixture.ts';
import type { FakePartner } from './partner.fixture.ts';
import { servePartner } from './partner-server.fixture.ts';
import { routeTo, WALLET_ID, worldOver } from './world.fixture.ts';

const folderOf = await testCertificates([
  { kind: 'service', id: 'routing' },
  { kind: 'partner', id: 'sakura' },
  { kind: 'partner', id: 'siam' },
  { kind: 'operator', id: 'ops' },
]);
export const runtime = quietRuntime('routing');
const own = readTls(folderOf('routing'));

/** Doubt that lasts longer than any of these tests, and doubt that is over soon. */
const LONG_MS = 60_000;
export const SHORT_MS = 150;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const RULES = [
  { refusalCode: 'BUSY', refusalClass: RefusalClass.RETRIABLE, declineReason: 0 },
  { refusalCode: 'HMM', refusalClass: RefusalClass.UNKNOWN, declineReason: 0 },
  {
    refusalCode: 'CLOSED',
    refusalClass: RefusalClass.FINAL,
    declineReason: DeclineReason.MERCHANT_INACTIVE,
  },
];

export type Servers = Parameters<typeof servePartner>[3];

/** How patient routing is, in milliseconds. */
interface Pace {
  doubtMs?: number;
  inquiryMs?: number;
  /** For one call; a partner that hangs is waited for this long. */
  timeoutMs?: number;
}

/** Serves a partner until the test ends. */
export async function open(
  partner: FakePartner,
  { as = 'sakura', instead = {} }: { as?: string; instead?: Servers } = {},
): Promise<RpcServer> {
  const server = await servePartner(runtime, readTls(folderOf(as)), partner, instead);
  closing.push(() => server.drain());
  return server;
}

/** A world in which every partner is a real server; the first may misbehave. */
export async function between(
  partners: FakePartner[],
  instead: Servers = {},
  { maxInFlight = 0, ...pace }: Pace & { maxInFlight?: number } = {},
) {
  const servers: RpcServer[] = [];
  for (const [index, partner] of partners.entries()) {
    servers.push(await open(partner, index === 0 ? { instead } : {}));
  }
  const routes = servers.map(({ port }, index) =>
    routeTo(`route-${index}`, {
      ...{ connectorAddress: `127.0.0.1:${port}`, refusalRules: RULES, maxInFlight },
    }),
  );
  return { ...(await worldWith(routes, pace)), servers };
}

/** Likewise over routes of the test's own. */
export async function worldWith(
  routes: Route[],
  { doubtMs = LONG_MS, inquiryMs = 50, timeoutMs = LONG_MS }: Pace = {},
) {
  const connectors = new Connectors(runtime, own, timeoutMs);
  closing.push(() => connectors.close());
  const store = new MemoryStore();
  const world = await worldOver(store, {
    ...{ routes, runtime, doubtMs, inquiryMs },
    clientAt: (address, partnerId) => connectors.clientAt(address, partnerId),
  });
  let count = 0;
  const pay = async () => {
    count += 1;
    const paymentId = uuidFrom('test', 'connectors', String(count));
    const payment = confirmedPayment(routes, runtime.clock.now(), WALLET_ID, { paymentId });
    await world.book.insert(payment);
    return world.worker.drive(payment);
  };
  return { ...world, store, pay };
}
