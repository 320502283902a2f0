import { ConnectorServiceService } from '@causeway/proto/connector';
import { type Client, connect, type TlsFiles } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';

export type ConnectorClient = Client<typeof ConnectorServiceService>;

/** Connections to partners' connectors, one for each address, opened when first needed. */
export class Connectors {
  readonly #clients = new Map<string, ConnectorClient>();

  /** @param timeoutMs how long a partner may take for one call */
  constructor(
    private readonly runtime: Runtime,
    private readonly tls: TlsFiles,
    private readonly timeoutMs: number,
  ) {}

  clientAt(address: string): ConnectorClient {
    const known = this.#clients.get(address);
    if (known) return known;
    const client = connect(ConnectorServiceService, {
      runtime: this.runtime,
      address,
      tls: this.tls,
      mode: 'unary',
      defaultDeadlineMs: this.timeoutMs,
      peerKinds: ['partner', 'service'],
    });
    this.#clients.set(address, client);
    return client;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}
