import type { Policy } from '@causeway/proto/routing';
import { refuse } from '../../errors.ts';
import type { PolicyStore } from './store.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;
const ABOVE_ALL = 2n ** 63n - 1n;

/** A page of versions, newest first. Refuses a token that it did not make. */
export async function listPolicies(
  store: PolicyStore,
  pageSize: number,
  pageToken: string,
): Promise<{ policies: Policy[]; nextPageToken: string }> {
  const limit = Math.min(pageSize > 0 ? pageSize : DEFAULT_PAGE, MAX_PAGE);
  const below = pageToken === '' ? ABOVE_ALL : versionIn(pageToken);
  const found = await store.list(below, limit + 1);
  const policies = found.slice(0, limit);
  const more = found.length > limit;
  return { policies, nextPageToken: more ? String(policies.at(-1)?.version) : '' };
}

/** A token is the last version of the page before. */
function versionIn(pageToken: string): bigint {
  if (/^\d{1,18}$/.test(pageToken)) return BigInt(pageToken);
  throw refuse('PAGE_TOKEN_INVALID', 'page_token is not from an earlier answer');
}
