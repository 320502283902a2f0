import { type SigningKey, signingKey } from '@causeway/clearing';
import type { Setting } from '@causeway/runtime';

/** The first signs, all are told to who asks for keys. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

/** Seeds of Ed25519 keys, like `k1:<64 hex digits>`, with commas between them. */
export function signingKeys(name: string, { doc }: { doc: string }): Setting<SigningKeys> {
  return {
    name,
    doc,
    read(raw) {
      // A key made at start would sign what nobody can check after the next one.
      if (raw === undefined) throw new Error('must be set');
      const [first = '', ...others] = raw.split(',');
      const keys: SigningKeys = [read(first.trim()), ...others.map((item) => read(item.trim()))];
      if (new Set(keys.map(({ id }) => id)).size < keys.length) {
        throw new Error('must not name two keys alike');
      }
      return keys;
    },
  };
}

function read(item: string): SigningKey {
  const [, id, seed = ''] = /^([a-z0-9-]{1,32}):([0-9a-f]{64})$/.exec(item) ?? [];
  if (id === undefined) throw new Error('must be like k1:<64 hex digits>');
  return signingKey(id, Buffer.from(seed, 'hex'));
}
