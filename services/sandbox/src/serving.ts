import { join } from 'node:path';
import type { Callers } from '@causeway/callers';
import { type Implementation, type Reasons, readTls, serve } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import type { SandboxConfig } from './config.ts';
import { REASONS } from './connector/errors.ts';
import { SandboxPartner } from './connector/partner.ts';
import { connectorService } from './connector/service.ts';
import { LiquidityDesk } from './liquidity/desk.ts';
import { liquidityService } from './liquidity/service.ts';
import type { Book } from './market/book.ts';
import { openReceiver } from './webhooks/receiver.ts';
import { CONNECTED_PARTNER_IDS } from './world/routes.ts';
import { connectorOf, WEBHOOK_RECEIVER } from './world/servers.ts';

/** The servers that the sandbox runs in its partners' names. */
export interface PartnerServers {
  /** Server → host:port. */
  endpoints: Record<string, string>;
  drain(): Promise<void>;
}

/**
 * Serves what partners serve, each with its own certificate on a port of its own: the connectors,
 * the liquidity providers' desks, and the receiver of webhooks.
 *
 * @param books the liquidity providers' prices, by their ids
 */
export async function servePartners(
  runtime: Runtime,
  config: SandboxConfig,
  place: { certs: string; callers: Callers },
  books: ReadonlyMap<string, Book>,
): Promise<PartnerServers> {
  const { listenHost: host, serverPorts } = config;
  const portOf = (name: string) => serverPorts.get(name) ?? 0;
  const servePartner = async (
    partnerId: string,
    name: string,
    service: Implementation,
    reasons: Reasons,
  ) => {
    const tls = readTls(join(place.certs, partnerId));
    const server = await serve({
      ...{ runtime, tls, host, reasons },
      ...{ services: [service], port: portOf(name), reflection: false },
    });
    return { name, port: server.port, drain: () => server.drain() };
  };
  const connectors = CONNECTED_PARTNER_IDS.map((id) => {
    const { payments } = place.callers.as(id);
    const partner = new SandboxPartner(id, runtime, async (paymentId) => {
      await payments.reportConfirmation({ paymentId });
    });
    return servePartner(id, connectorOf(id), connectorService(partner), REASONS);
  });
  const desks = [...books].map(([id, book]) =>
    servePartner(id, id, liquidityService(new LiquidityDesk(book)), {}),
  );
  const receiver = openReceiver(runtime, host, portOf(WEBHOOK_RECEIVER)).then((opened) => ({
    name: WEBHOOK_RECEIVER,
    port: opened.port,
    drain: () => opened.close(),
  }));
  const servers = await Promise.all([...connectors, ...desks, receiver]);
  return {
    endpoints: Object.fromEntries(servers.map(({ name, port }) => [name, `${host}:${port}`])),
    async drain() {
      await Promise.all(servers.map((server) => server.drain()));
    },
  };
}
