import type { VerifyToken } from '@causeway/rpc';
import type { Clock } from '@causeway/runtime';
import type { AccessTokens } from './wallets/token.ts';

export { floatService } from './rpc/float-service.ts';
export { issuerService } from './rpc/issuer-service.ts';
export { transitService } from './rpc/transit-service.ts';
export { walletService } from './rpc/wallet-service.ts';

/** Who an app is, by its token. */
export function tokenVerifier(tokens: AccessTokens, clock: Clock): VerifyToken {
  return async (token) => {
    const walletId = tokens.verify(token, clock.nowMs());
    return walletId === undefined ? undefined : { kind: 'wallet', id: walletId, walletId };
  };
}
