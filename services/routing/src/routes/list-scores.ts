import type { ListRouteScoresResponse } from '@causeway/proto/routing';
import type { DirectoryView } from '../directory/directory.ts';
import { byId } from './decide/route-index.ts';
import { type RouteScores, unknownScore } from './scores/scores.ts';

/** How every route of the directory does, as new choices see it. */
export function listRouteScores(
  { routes }: DirectoryView,
  scores: RouteScores,
): ListRouteScoresResponse {
  const { snapshotId, byRoute } = scores.current;
  return {
    scoreSnapshotId: snapshotId,
    scores: [...routes.keys()].sort(byId).map((id) => byRoute.get(id) ?? unknownScore(id)),
  };
}
