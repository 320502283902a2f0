import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { certificateEndOf } from '@causeway/runtime';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';
import type { Identity, IdentityKind } from './definitions.ts';
import { identityOfCertificate } from './identity.ts';
import { certificateEnd } from './metrics.ts';

/** Certificates in PEM. Without a certificate of its own a client can only bring a token. */
export interface TlsFiles {
  ca: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

/** Reads `ca.pem`, `cert.pem` and `key.pem` of a folder. Throws where one cannot be read. */
export function readTls(folder: string): Required<TlsFiles> {
  const read = (name: string) => readFileSync(join(folder, name));
  const tls = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  certificateEnd.set(certificateEndOf(tls.cert), { certificate: 'own' });
  certificateEnd.set(certificateEndOf(tls.ca), { certificate: 'authority' });
  return tls;
}

/** Refuses, before any call, a client whose certificate this CA did not sign. */
export function mutualServerCredentials(tls: Required<TlsFiles>): ServerCredentials {
  return ServerCredentials.createSsl(tls.ca, [pair(tls)], true);
}

/** Asks for no certificate: each call brings a token. */
export function tokenServerCredentials(tls: Required<TlsFiles>): ServerCredentials {
  return ServerCredentials.createSsl(null, [pair(tls)], false);
}

/** Who a server may be. */
interface ExpectedPeer {
  /**
   * The same CA signs for partners, who must not be able to pose as a service under a name that
   * they control.
   */
  kinds: readonly IdentityKind[];
  /** Nor one of them as another. A service answers for whoever it is configured for. */
  id: string | undefined;
  /** Told of the kind of a server that is who it should be, at each handshake. */
  met?: ((kind: IdentityKind) => void) | undefined;
}

/** @param host the name or address that the server's certificate must carry */
export function clientCredentials(
  tls: TlsFiles,
  host: string,
  peer: ExpectedPeer,
): ChannelCredentials {
  return ChannelCredentials.createSsl(tls.ca, tls.key ?? null, tls.cert ?? null, {
    checkServerIdentity(_: string, certificate: PeerCertificate) {
      const identity = identityOfCertificate(certificate);
      if (identity === undefined || !isExpected(identity, peer)) {
        const actual = identity === undefined ? 'nobody' : `${identity.kind}/${identity.id}`;
        const expected = `${peer.kinds.join(' or ')} ${peer.id ?? ''}`.trim();
        return new Error(`the server at ${host} is ${actual}, not the ${expected} it should be`);
      }
      const error = checkServerIdentity(host, certificate);
      if (error === undefined) peer.met?.(identity.kind);
      return error;
    },
  });
}

function isExpected({ kind, id }: Identity, peer: ExpectedPeer): boolean {
  if (!peer.kinds.includes(kind)) return false;
  return kind === 'service' || peer.id === undefined || id === peer.id;
}

function pair(tls: Required<TlsFiles>) {
  return { private_key: tls.key, cert_chain: tls.cert };
}
