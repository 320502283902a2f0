export type { AccessRule, Grants } from './access.ts';
export type { VerifyToken } from './authenticate.ts';
export { type CallOptions, type Client, type ConnectOptions, connect } from './client.ts';
export {
  type Call,
  type Handlers,
  type Identity,
  type IdentityKind,
  type Implementation,
  implement,
} from './definitions.ts';
export { type CodeName, isUnknownOutcome, type Reasons, RpcFailure } from './failures.ts';
export { RequestFields } from './fields.ts';
export { listening } from './listening.ts';
export { type RpcServer, type ServeOptions, serve } from './server.ts';
export { readTls, type TlsFiles } from './tls.ts';
