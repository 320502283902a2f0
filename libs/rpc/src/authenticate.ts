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
 * Who is at the other end of a connection, once its certificate was read. HTTP/2 forbids
 * renegotiation (RFC 9113 §9.2.1), so a connection stays its caller's; reading the certificate for
 * each call took a sixth of the time of a service that answers partners.
 */
const certified = new WeakMap<object, Identity>();

/**
 * The HTTP/2 session that a call came on. grpc-js keeps it to itself; where a later version keeps
 * it elsewhere, every call reads the certificate again: slower, and nothing else.
 */
function connectionOf(call: object): object | undefined {
  const inner = 'call' in call && call.call;
  const stream = inner instanceof Object && 'stream' in inner && inner.stream;
  const session = stream instanceof Object && 'session' in stream && stream.session;
  return session instanceof Object ? session : undefined;
}

/**
 * The identity behind a call: its certificate's, which TLS has verified, else its token's.
 * Throws a Refusal CALLER_UNKNOWN where there is neither.
 */
export function authenticate(
  call: Authenticated,
  verifyToken: VerifyToken | undefined,
): Identity | Promise<Identity> {
  const connection = connectionOf(call);
  const known = connection && certified.get(connection);
  if (known !== undefined) return known;
  const certificate = call.getAuthContext().sslPeerCertificate;
  if (certificate !== undefined) {
    const identity = identityOfCertificate(certificate);
    if (identity === undefined) {
      throw new Refusal('CALLER_UNKNOWN', 'the certificate names no caller of this system');
    }
    if (connection !== undefined) certified.set(connection, identity);
    return identity;
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
