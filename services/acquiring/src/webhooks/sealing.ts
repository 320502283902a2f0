import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Random, Secret } from '@causeway/runtime';
import type { NamedKey } from '../keys.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a secret with the first key. Whose it is goes into the authentication, so that a row's
 * secret is of no use in another row.
 *
 * @param owner what the secret belongs to, such as the id of its webhook
 */
export function seal(
  [key]: readonly NamedKey[],
  owner: string,
  secret: Secret<Uint8Array>,
  random: Random,
): string {
  if (key === undefined) throw new Error('there is no key to seal with');
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.key.reveal(), nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(secret.reveal()), cipher.final()]);
  const whole = Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
  return `${key.id}.${whole.toString('base64url')}`;
}

/**
 * Decrypts what `seal` made. Throws where its key is not configured any more, or where it was
 * changed or belongs to something else.
 */
export function unseal(
  keys: readonly NamedKey[],
  owner: string,
  sealed: string,
): Secret<Uint8Array> {
  const [id, text = ''] = sealed.split('.');
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) throw new Error(`the sealing key ${id} is not configured`);
  const whole = Buffer.from(text, 'base64url');
  const nonce = whole.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key.key.reveal(), nonce)
    .setAAD(Buffer.from(owner))
    .setAuthTag(whole.subarray(-TAG_BYTES));
  const encrypted = whole.subarray(NONCE_BYTES, -TAG_BYTES);
  return new Secret(Buffer.concat([decipher.update(encrypted), decipher.final()]));
}
