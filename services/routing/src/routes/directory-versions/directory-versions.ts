import { createHash } from 'node:crypto';
import { type Route, RouteDirectory } from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import { byId, RouteIndex } from '../decide/route-index.ts';
import { Remembered } from '../remembered.ts';
import type { DirectoryVersionStore } from './store.ts';

/** One version of the directory, ready to choose from. */
export interface DirectoryVersion {
  version: bigint;
  routes: RouteIndex;
}

/** Versions of the past that explanations and simulations keep in memory. */
const REMEMBERED = 32;

/**
 * Numbers the contents of the directory. A choice uses a content only after it was stored under
 * its number, so that the choice can always be made again.
 */
export class DirectoryVersions {
  #latest: { routes: ReadonlyMap<string, Route>; version: Promise<DirectoryVersion> } | undefined;
  #content: { digest: Buffer; version: DirectoryVersion } | undefined;
  readonly #known: Remembered<bigint, DirectoryVersion>;

  constructor(
    private readonly store: DirectoryVersionStore,
    private readonly runtime: Runtime,
  ) {
    this.#known = new Remembered(REMEMBERED, async (version) => {
      const row = await store.find(version);
      return row && { version, routes: new RouteIndex(RouteDirectory.decode(row.routes).routes) };
    });
  }

  /**
   * The version of these routes. The directory reads its tables twice a second, and each reading
   * has a map of its own: one that was seen is answered at once, another is stored if it is new.
   */
  async of(routes: ReadonlyMap<string, Route>): Promise<DirectoryVersion> {
    if (this.#latest?.routes === routes) return this.#latest.version;
    const version = this.#versionOf(routes);
    this.#latest = { routes, version };
    try {
      return await version;
    } catch (error) {
      if (this.#latest?.version === version) this.#latest = undefined;
      throw error;
    }
  }

  /** One version, which is known to be stored. */
  async version(version: bigint): Promise<DirectoryVersion> {
    const found = await this.#known.get(version);
    if (!found) throw new Error(`version ${version} of the directory is not stored`);
    return found;
  }

  async #versionOf(routes: ReadonlyMap<string, Route>): Promise<DirectoryVersion> {
    const sorted = [...routes.values()].sort((a, b) => byId(a.routeId, b.routeId));
    const bytes = RouteDirectory.encode({ routes: sorted }).finish();
    const digest = createHash('sha256').update(bytes).digest();
    // Asked each time, since a restore of the database may have taken its number back.
    const number = await this.store.keep(digest, bytes, this.runtime.clock.now());
    const known = this.#content?.digest.equals(digest) ? this.#content.version : undefined;
    if (known?.version === number) return known;
    if (known) this.#known.forget();
    const version = { version: number, routes: known?.routes ?? new RouteIndex(sorted) };
    this.#content = { digest, version };
    return version;
  }
}
