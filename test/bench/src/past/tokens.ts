import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@causeway/runtime';
import { type AccessTokens, accessTokens } from '@causeway/wallet/src/wallets/token.ts';

/**
 * Signs tokens of wallet apps with the key that the stack gave to its wallet service: a token for
 * each of thousands of wallets, without asking for each.
 */
export function walletTokens({ state }: { state: string }): Pick<AccessTokens, 'sign'> {
  const secrets = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8'));
  return accessTokens([{ keyId: 'local', secret: new Secret(secrets['wallet.tokens']) }]);
}
