import { Secret, type Setting } from '@causeway/runtime';

/** A key of 32 bytes under a name, so that keys can be changed while what they made is about. */
export interface NamedKey {
  readonly id: string;
  readonly key: Secret<Uint8Array>;
}

const KEY_FORM = /^([a-z0-9-]{1,32}):([0-9a-f]{64})$/;

/** Reads keys as `k1:<64 hex digits>,…`, at least one; the first makes, all are good to read. */
export function namedKeys(name: string, { doc }: { doc: string }): Setting<NamedKey[]> {
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
