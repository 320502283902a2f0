import { ProjectionServiceService } from '@causeway/proto/common';
import type { FactServiceService } from '@causeway/proto/routing';
import { type Client, type Implementation, implement } from '@causeway/rpc';
import type { FeedDeps } from './append.ts';
import { rebuildFeed } from './rebuild.ts';

/** ProjectionService of common.v1, for lists and feeds. */
export function projectionService(
  deps: FeedDeps,
  facts: Pick<Client<typeof FactServiceService>, 'listFacts'>,
): Implementation {
  return implement(ProjectionServiceService, {
    rebuildProjections: (_request, { signal }) =>
      rebuildFeed(deps, facts.listFacts({}, { signal })),
  });
}
