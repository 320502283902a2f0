import { Refusal } from '@causeway/runtime';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import type { Identity } from './definitions.ts';
import { identityOfCertificate } from './identity.ts';

/** Answers whose token it is, or undefined where it is nobody's (any more). */
export type VerifyToken = (token: string) => Promise<Identity | undefined>;

const BEARER = /^Bearer ([\x21-\x7e]{1,4096})$/;

/** The part of grpc-js's call objects that says who calls. */
export type Authenticated = Pick<ServerUnaryCall<unknown, unknown>, 'getAuthContext'> & {
  readonly metadata: Metadata;
};

/**
 * The identity behind a call: its certificate's, which TLS has verified, else its token's.
 * Throws a Refusal CALLER_UNKNOWN where there is neither.
 */
export function authenticate(
  call: Authenticated,
  verifyToken: VerifyToken | undefined,
): Identity | Promise<Identity> {
  const certificate = call.getAuthContext().sslPeerCertificate;
  if (certificate !== undefined) {
    const identity = identityOfCertificate(certificate);
    if (identity !== undefined) return identity;
    throw new Refusal('CALLER_UNKNOWN', 'the certificate names no caller of this system');
  }
  const [, token] = BEARER.exec(String(call.metadata.get('authorization')[0] ?? '')) ?? [];
  if (token === undefined || verifyToken === undefined) {
    throw new Refusal('CALLER_UNKNOWN', 'a certificate or a token is required');
  }
  return verifyToken(token).then((identity) => {
    if (identity === undefined) throw new Refusal('CALLER_UNKNOWN', 'the token is not valid');
    return identity;
  });
}
