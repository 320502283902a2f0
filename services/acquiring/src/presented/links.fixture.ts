import { Secret } from '@causeway/runtime';
import { Links } from './links.ts';

/** Links under keys that are one byte repeated. */
export function linksWith(...bytes: number[]): Links {
  const keys = bytes.map((byte) => ({
    id: `k${byte}`,
    key: new Secret<Uint8Array>(Buffer.alloc(32, byte)),
  }));
  return new Links('https://pay.causeway.example', keys);
}

export const LINKS = linksWith(1);
