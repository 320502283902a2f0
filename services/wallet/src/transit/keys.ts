import { hkdfSync } from 'node:crypto';
import type { Tx } from '@causeway/db';
import { Refusal, type Secret } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import {
  insertKey,
  type KeyRecord,
  lockKeys,
  retireKeys,
  revokeKey,
  selectKeys,
} from './keys-store.ts';

const FIRST_KEY_ID = 'k1';

/** The seed of a key, 32 bytes: it follows from the operator's secret, so that no table holds it. */
export function seedOf(secret: Secret, keyId: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret.reveal(), '', `causeway.transit.${keyId}`, 32));
}

/** Sees to it that some key signs. */
export async function ensureKey(tx: Tx): Promise<void> {
  const keys = await lockKeys(tx);
  if (!keys.some(({ state }) => state === 'signing')) await insertKey(tx, FIRST_KEY_ID);
}

/**
 * Makes a key that signs from now on; what earlier ones signed stays good. A key that signs already, or did,
 * is answered as it is.
 */
export async function rotateKey({ db }: WalletOffice, keyId: string): Promise<KeyRecord> {
  return db.transaction(async (tx) => {
    const known = (await lockKeys(tx)).find((key) => key.keyId === keyId);
    if (known !== undefined) return known;
    await retireKeys(tx);
    await insertKey(tx, keyId);
    return named(await selectKeys(tx), keyId);
  });
}

/** Ends a key for ever. Throws a Refusal KEY_UNKNOWN, or KEY_IN_USE for the one that signs. */
export async function endKey({ db }: WalletOffice, keyId: string): Promise<KeyRecord> {
  return db.transaction(async (tx) => {
    const { state } = named(await lockKeys(tx), keyId);
    if (state === 'signing') {
      throw new Refusal<Reason>('KEY_IN_USE', 'this key signs: rotate it first');
    }
    await revokeKey(tx, keyId);
    return named(await selectKeys(tx), keyId);
  });
}

function named(keys: readonly KeyRecord[], keyId: string): KeyRecord {
  const key = keys.find((each) => each.keyId === keyId);
  if (key === undefined) throw new Refusal<Reason>('KEY_UNKNOWN', 'there is no such key');
  return key;
}
