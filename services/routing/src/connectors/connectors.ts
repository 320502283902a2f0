import { ConnectorServiceService } from '@causeway/proto/connector';
import { type Client, connect, type TlsFiles } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';

export type ConnectorClient = Client<typeof ConnectorServiceService>;

/** Connections to partners' connectors, each opened when first needed. */
export class Connectors {
  readonly #clients = new Map<string, ConnectorClient>();

  /** @param timeoutMs how long a partner may take for one call */
  constructor(
    private readonly runtime: Runtime,
    private readonly tls: TlsFiles,
    private readonly timeoutMs: number,
  ) {}

  /**
   * The connector at an address, which must show that partner's certificate: another partner, told
   * of a payment, could confirm it.
   */
  clientAt(address: string, partnerId: string | undefined): ConnectorClient {
    const key = `${partnerId ?? ''} ${address}`;
    const known = this.#clients.get(key);
    if (known) return known;
    const client = connect(ConnectorServiceService, {
      runtime: this.runtime,
      address,
      tls: this.tls,
      mode: 'unary',
      defaultDeadlineMs: this.timeoutMs,
      peerKinds: ['partner'],
      peerId: partnerId,
    });
    this.#clients.set(key, client);
    return client;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}
