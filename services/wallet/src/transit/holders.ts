import { coalesce } from '@causeway/batch';
import { type Database, togetherByLane } from '@causeway/db';
import { laneOf, type Runtime } from '@causeway/runtime';
import { selectHolders } from './store.ts';

/** Whose a grant is; it never changes. Undefined where nobody signed it so far. */
export type FindHolder = (
  grantId: string,
  options: { deadlineMs: number },
) => Promise<string | undefined>;

/** Holders never change, so they may be kept; this many are some ten megabytes. */
const MAX_KEPT = 50_000;

/** The wallets of grants, each looked up once; those asked for at once are one query. */
export function grantHolders(db: Database, runtime: Runtime): FindHolder {
  const kept = new Map<string, string>();
  const look = coalesce<string, string | undefined>({
    name: 'wallet.grant_holders',
    runtime,
    together: togetherByLane(db, laneOf),
    async execute(grantIds) {
      const keys = grantIds.map((grantId) => ({ lane: laneOf(grantId), grantId }));
      const found = await selectHolders(db, keys);
      const byId = new Map(found.map(({ grantId, walletId }) => [grantId, walletId]));
      return grantIds.map((grantId) => byId.get(grantId));
    },
  });
  return async (grantId, options) => {
    const known = kept.get(grantId);
    if (known !== undefined) return known;
    const walletId = await look(grantId, options);
    if (walletId === undefined) return undefined;
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(grantId, walletId);
    return walletId;
  };
}
