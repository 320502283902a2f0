import type { DecisionInputs } from '../decide/question.ts';
import type { DirectoryVersions } from '../directory-versions/directory-versions.ts';
import type { Policies } from '../policies/policies.ts';
import type { RouteScores } from '../scores/scores.ts';
import type { PastPayment } from './store.ts';

/** Where the versions are that choices of the past were made from. */
export interface Versions {
  versions: DirectoryVersions;
  policies: Policies;
  scores: RouteScores;
}

/** Everything that the choice was made from. Throws where a version of it is not stored. */
export async function inputsOf(
  { versions, policies, scores }: Versions,
  { question, recorded }: PastPayment,
): Promise<DecisionInputs> {
  const { routes } = await versions.version(recorded.directoryVersion);
  const { byRoute } = await scores.snapshot(recorded.scoreSnapshotId);
  const policy = await policies.version(recorded.policyVersion);
  return { question, policy, routes, scores: byRoute, stopped: new Set(recorded.stoppedRouteIds) };
}
