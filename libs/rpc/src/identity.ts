import type { PeerCertificate } from 'node:tls';
import type { Identity, IdentityKind } from './definitions.ts';

const SPIFFE =
  /^URI:spiffe:\/\/causeway\/(partner|service|operator|issuer)\/([A-Za-z0-9._-]{1,64})$/;

/** Bounds the cache below: certificates rotate, and a process may live for long. */
const MAX_REMEMBERED = 4096;

const remembered = new Map<string, Identity | undefined>();

/**
 * The identity that a verified certificate's URI SAN names, or undefined where it names none,
 * or more than one: an ambiguous certificate is nobody's.
 */
export function identityOfCertificate(certificate: PeerCertificate): Identity | undefined {
  const { fingerprint256, subjectaltname } = certificate;
  if (remembered.has(fingerprint256)) return remembered.get(fingerprint256);
  const identity = identityOfNames(subjectaltname ?? '');
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(fingerprint256, identity);
  return identity;
}

/** Reads a subjectAltName as Node prints it: `URI:spiffe://causeway/service/fx, DNS:localhost`. */
function identityOfNames(subjectAltName: string): Identity | undefined {
  const uris = subjectAltName.split(', ').filter((name) => name.startsWith('URI:'));
  const [, kind, id] = SPIFFE.exec(uris[0] ?? '') ?? [];
  if (uris.length !== 1 || kind === undefined || id === undefined) return undefined;
  return { kind: kind as IdentityKind, id };
}
