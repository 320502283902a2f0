import type { Queryable, Tx } from '@causeway/db';

export type KeyState = 'signing' | 'retired' | 'revoked';

/** A key as it is kept. Its private part is nowhere. */
export interface KeyRecord {
  keyId: string;
  state: KeyState;
  createdAt: Date;
  /** When another took its place; null while it signs. */
  retiredAt: Date | null;
  revokedAt: Date | null;
}

const COLUMNS = `
  key_id AS "keyId", state, created_at AS "createdAt", retired_at AS "retiredAt",
  revoked_at AS "revokedAt"`;

/** All keys, the newest first. */
export function selectKeys(db: Queryable): Promise<KeyRecord[]> {
  return db.query(`SELECT ${COLUMNS} FROM transit_keys ORDER BY created_at DESC, key_id`, []);
}

/** The same, and nobody changes them before the transaction ends. */
export function lockKeys(tx: Tx): Promise<KeyRecord[]> {
  return tx.query(
    `SELECT ${COLUMNS} FROM transit_keys ORDER BY created_at DESC, key_id FOR UPDATE`,
    [],
  );
}

/** Adds a key that signs, unless its id is taken or another signs. */
export async function insertKey(tx: Tx, keyId: string): Promise<void> {
  await tx.query(
    `INSERT INTO transit_keys (key_id, state) VALUES ($1, 'signing') ON CONFLICT DO NOTHING`,
    [keyId],
  );
}

/** Has the key that signs be one of those that did. */
export async function retireKeys(tx: Tx): Promise<void> {
  await tx.query(
    `UPDATE transit_keys SET state = 'retired', retired_at = clock_timestamp()
      WHERE state = 'signing'`,
    [],
  );
}

/** Ends a key for ever. */
export async function revokeKey(tx: Tx, keyId: string): Promise<void> {
  await tx.query(
    `UPDATE transit_keys SET state = 'revoked', revoked_at = clock_timestamp()
      WHERE key_id = $1 AND state <> 'revoked'`,
    [keyId],
  );
}
