import { hkdfSync } from 'node:crypto';
import type { Secret } from '@causeway/runtime';
import type { Root, RootKey } from '@causeway/transit';
import { nodeSigner } from '@causeway/transit/node';

const ROOT_ID = 'root-1';

/** The key that signs what gates are told; undefined where there is no secret that it follows from. */
export function rootOf(secret: Secret): Root | undefined {
  if (secret.reveal() === '') return undefined;
  const seed = hkdfSync('sha256', secret.reveal(), '', `causeway.trust.${ROOT_ID}`, 32);
  return { keyId: ROOT_ID, signer: nodeSigner('EdDSA', new Uint8Array(seed)) };
}

/** What gates check it with. */
export function publicRootOf({ keyId, signer }: Root): RootKey {
  return { keyId, publicKey: signer.publicKey };
}
