import { TransitAlgorithm } from '@causeway/proto/wallet';
import type { Secret } from '@causeway/runtime';
import {
  type Grant,
  PUBLIC_KEY_BYTES,
  type PublicKey,
  type Signer,
  signGrant,
} from '@causeway/transit';
import { nodeSigner } from '@causeway/transit/node';
import { seedOf } from './keys.ts';

/** How the operator signs: Ed25519 takes any seed for a key. */
const ISSUER_ALGORITHM = 'EdDSA';

/** Signs grants with the operator's keys. */
export interface Seal {
  /** The public part of one of the operator's keys, an Ed25519 key. */
  publicKey(keyId: string): Uint8Array;
  /** A grant, signed by the key with this id. */
  grant(keyId: string, grant: Grant): Promise<Uint8Array>;
}

/** The seal of an operator; undefined where it has no secret, and offers no transit. */
export function sealOf(secret: Secret): Seal | undefined {
  if (secret.reveal() === '') return undefined;
  const signers = new Map<string, Signer>();
  const signerOf = (keyId: string) => {
    const signer = signers.get(keyId) ?? nodeSigner(ISSUER_ALGORITHM, seedOf(secret, keyId));
    signers.set(keyId, signer);
    return signer;
  };
  return {
    publicKey: (keyId) => signerOf(keyId).publicKey.bytes,
    grant: async (keyId, grant) => (await signGrant(grant, keyId, signerOf(keyId))).bytes,
  };
}

/** A phone's public key; undefined where its bytes are not those of its algorithm. */
export function userKeyOf(algorithm: TransitAlgorithm, bytes: Uint8Array): PublicKey | undefined {
  const name = algorithm === TransitAlgorithm.ES256 ? 'ES256' : 'EdDSA';
  const hasForm = name === 'EdDSA' || bytes[0] === 4;
  if (bytes.length !== PUBLIC_KEY_BYTES[name] || !hasForm) return undefined;
  return { algorithm: name, bytes: new Uint8Array(bytes) };
}
