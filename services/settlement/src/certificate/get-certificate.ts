import { publicKeyPem } from '@causeway/clearing';
import type { Queryable } from '@causeway/db';
import type { GetCertificateResponse, SigningKey } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import { certificateOf } from '../files/store.ts';
import type { WindowKey } from '../windows/window.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The certificate of a final window. Throws CLEARING_FILE_UNKNOWN. */
export async function getCertificate(
  db: Queryable,
  window: WindowKey,
): Promise<GetCertificateResponse> {
  const found = await certificateOf(db, window);
  if (found === undefined) {
    throw new Refusal('CLEARING_FILE_UNKNOWN', 'this day has no certificate, or not yet');
  }
  return { clearingDate: found.clearingDate, document: found.document, keyId: found.keyId };
}

/** The public keys that certificates are signed with, the one that signs now first. */
export function listSigningKeys(keys: SigningKeys): SigningKey[] {
  return keys.map(({ id, publicKey }) => ({
    keyId: id,
    publicKey: Buffer.from(publicKey),
    pem: publicKeyPem(publicKey),
  }));
}
