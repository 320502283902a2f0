import type { Queryable } from '@causeway/db';

/** One version of the directory as it is stored. */
export interface DirectoryVersionRow {
  version: bigint;
  /** An encoded RouteDirectory. */
  routes: Uint8Array;
}

/** All SQL on versions of the directory of routes. */
export class DirectoryVersionStore {
  constructor(private readonly db: Queryable) {}

  /** Stores a content, or finds it as it was stored before. Answers its version. */
  async keep(digest: Uint8Array, routes: Uint8Array, now: Date): Promise<bigint> {
    const found = await this.#versionOf(digest);
    if (found !== undefined) return found;
    await this.db.query(
      `INSERT INTO directory_versions (digest, routes, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (digest) DO NOTHING`,
      [digest, routes, now],
    );
    const kept = await this.#versionOf(digest);
    if (kept === undefined)
      throw new Error('a version of the directory was stored and is not there');
    return kept;
  }

  async find(version: bigint): Promise<DirectoryVersionRow | undefined> {
    const [row] = await this.db.query<DirectoryVersionRow>(
      'SELECT version, routes FROM directory_versions WHERE version = $1',
      [version],
    );
    return row;
  }

  async #versionOf(digest: Uint8Array): Promise<bigint | undefined> {
    const [row] = await this.db.query<{ version: bigint }>(
      'SELECT version FROM directory_versions WHERE digest = $1',
      [digest],
    );
    return row?.version;
  }
}
