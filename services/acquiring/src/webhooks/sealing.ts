import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Random, Secret, type Setting } from '@causeway/runtime';

/** A key that seals the secrets of webhooks: 32 bytes, named in what it sealed. */
export interface SealingKey {
  readonly id: string;
  readonly key: Secret<Uint8Array>;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_FORM = /^([a-z0-9-]{1,32}):([0-9a-f]{64})$/;

/**
 * Encrypts a secret with the first key. Whose it is goes into the authentication, so that a row's
 * secret is of no use in another row.
 *
 * @param owner what the secret belongs to, such as the id of its webhook
 */
export function seal(
  [key]: readonly SealingKey[],
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
  keys: readonly SealingKey[],
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

/** Reads keys as `k1:<64 hex digits>,…`; the first seals, all unseal. */
export function sealingKeys(name: string, { doc }: { doc: string }): Setting<SealingKey[]> {
  return {
    name,
    doc,
    read(raw) {
      if (raw === undefined) throw new Error('is required');
      return raw.split(',').map((item) => {
        const [, id, hex = ''] = KEY_FORM.exec(item.trim()) ?? [];
        if (id === undefined) throw new Error('must be like k1:<64 hex digits>');
        return { id, key: new Secret<Uint8Array>(Buffer.from(hex, 'hex')) };
      });
    },
  };
}
