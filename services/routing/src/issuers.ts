import type { Issuer } from '@causeway/proto/routing';
import { IssuerServiceService } from '@causeway/proto/wallet';
import { type Client, connect, type TlsFiles } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import type { Directory } from './directory/directory.ts';

export type IssuerClient = Client<typeof IssuerServiceService>;

/** One connection to each wallet operator, opened when it is first needed. */
export class Issuers {
  readonly #clients = new Map<string, { address: string; client: IssuerClient }>();

  constructor(
    private readonly directory: Directory,
    private readonly runtime: Runtime,
    private readonly tls: TlsFiles,
  ) {}

  /** The operator's client. Throws where the directory does not know the operator. */
  clientOf(issuerId: string): IssuerClient {
    const issuer = this.directory.view.issuers.get(issuerId);
    if (!issuer) throw new Error(`no wallet operator ${issuerId} in the directory`);
    const known = this.#clients.get(issuerId);
    if (known?.address === issuer.address) return known.client;
    known?.client.close();
    return this.#open(issuer);
  }

  close(): void {
    for (const { client } of this.#clients.values()) client.close();
  }

  #open({ issuerId, address }: Issuer): IssuerClient {
    const client = connect(IssuerServiceService, {
      runtime: this.runtime,
      address,
      tls: this.tls,
      // An operator from outside shows its own certificate, one of this system a service's.
      peerKinds: ['issuer', 'service'],
      peerId: issuerId,
      mode: 'coalesced',
      defaultDeadlineMs: 5_000,
    });
    this.#clients.set(issuerId, { address, client });
    return client;
  }
}
