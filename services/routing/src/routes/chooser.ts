import { DeclineReason } from '@causeway/proto/common';
import { EliminationReason, StopSubjectKind } from '@causeway/proto/routing';
import { type DirectoryView, stopKey } from '../directory/directory.ts';
import { routeDecisions } from '../metrics.ts';
import { type Decision, decide } from './decide/decide.ts';
import type { RouteQuestion } from './decide/question.ts';
import type { Way } from './decide/route-index.ts';
import type { DirectoryVersions } from './directory-versions/directory-versions.ts';
import type { Policies } from './policies/policies.ts';
import { encodeDecision } from './record.ts';
import type { RouteScores } from './scores/scores.ts';

/** The routes of a payment. */
export interface RouteChoice {
  /** To be taken one after the other, at most three; empty where there is none. */
  ways: Way[];
  /** Why there is none: NO_ROUTE, STOPPED or PARTNER_UNAVAILABLE; unspecified where there is one. */
  decline: DeclineReason;
  /** For the payment's row, so that the choice can be made again: an encoded RouteDecision. */
  record: Uint8Array;
}

export interface ChooserDeps {
  directory: { readonly view: DirectoryView };
  versions: DirectoryVersions;
  policies: Policies;
  scores: RouteScores;
}

/** Chooses the routes of payments from what is in force now. */
export class RouteChooser {
  constructor(private readonly deps: ChooserDeps) {}

  /** Waits only where the directory has just changed. Throws where that could not be stored. */
  async choose(question: RouteQuestion): Promise<RouteChoice> {
    const { directory, versions, policies, scores } = this.deps;
    const { view } = directory;
    const { version: directoryVersion, routes } = await versions.of(view.routes);
    const policy = policies.inForce;
    const { snapshotId, byRoute } = scores.current;
    const stopped = stoppedAmong(view, question, routes.waysOf(question));
    const decision = decide({ question, policy, routes, scores: byRoute, stopped });
    const ids = { policyVersion: policy.version, directoryVersion, scoreSnapshotId: snapshotId };
    routeDecisions.add(1, { stage: decision.decidedBy });
    return {
      ways: decision.plan.map(({ route, target }) => ({ route, target })),
      decline: declineOf(decision),
      record: encodeDecision(ids, question, stopped, decision),
    };
  }
}

/** Candidates that are stopped themselves, or through their partner or corridor. */
function stoppedAmong(
  { stops, issuers }: DirectoryView,
  { issuerId }: RouteQuestion,
  ways: readonly Way[],
): Set<string> {
  if (stops.size === 0) return new Set();
  const payerCountry = issuers.get(issuerId)?.countryCode ?? '';
  const isStopped = ({ route }: Way) =>
    stops.has(stopKey(StopSubjectKind.ROUTE, route.routeId)) ||
    stops.has(stopKey(StopSubjectKind.PARTNER, route.partnerId)) ||
    stops.has(stopKey(StopSubjectKind.CORRIDOR, `${payerCountry}-${route.countryCode}`));
  return new Set(ways.filter(isStopped).map(({ route }) => route.routeId));
}

function declineOf({ plan, candidates }: Decision): DeclineReason {
  if (plan.length > 0) return DeclineReason.UNSPECIFIED;
  const open = candidates.filter(({ eliminated }) => eliminated !== EliminationReason.STOPPED);
  if (candidates.length > 0 && open.length === 0) return DeclineReason.STOPPED;
  const isAway = open.some(
    ({ eliminated }) =>
      eliminated === EliminationReason.FAILING || eliminated === EliminationReason.LIQUIDITY,
  );
  return isAway ? DeclineReason.PARTNER_UNAVAILABLE : DeclineReason.NO_ROUTE;
}
