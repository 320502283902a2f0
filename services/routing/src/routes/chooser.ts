import { DeclineReason } from '@causeway/proto/common';
import { EliminationReason } from '@causeway/proto/routing';
import type { DirectoryView } from '../directory/directory.ts';
import { routeDecisions } from '../metrics.ts';
import type { ChooseRoutes, RouteChoice, RouteQuestion } from '../payments/planning/choose.ts';
import type { Candidate } from '../payments/planning/reach.ts';
import { type Decision, decide } from './decide/decide.ts';
import type { Question, Target } from './decide/question.ts';
import type { DirectoryVersions } from './directory-versions/directory-versions.ts';
import type { Policies } from './policies/policies.ts';
import { encodeDecision } from './record.ts';
import type { RouteScores } from './scores/scores.ts';

export interface ChooserDeps {
  directory: { readonly view: DirectoryView };
  versions: Pick<DirectoryVersions, 'of'>;
  policies: Pick<Policies, 'inForce'>;
  scores: Pick<RouteScores, 'current'>;
}

/**
 * Chooses the routes of payments from what is in force now. It waits only where the directory has
 * just changed, and throws where that could not be stored.
 */
export function chooserBy({ directory, versions, policies, scores }: ChooserDeps): ChooseRoutes {
  return async (asked) => {
    const { version: directoryVersion, routes } = await versions.of(directory.view.routes);
    const policy = policies.inForce;
    const { snapshotId, byRoute } = scores.current;
    const question = questionOf(asked);
    const stopped = new Set(asked.stopped.map(({ route }) => route.routeId));
    const decision = decide({ question, policy, routes, scores: byRoute, stopped });
    const ids = { policyVersion: policy.version, directoryVersion, scoreSnapshotId: snapshotId };
    routeDecisions.add(1, { stage: decision.decidedBy });
    return choiceOf(decision, encodeDecision(ids, question, stopped, decision));
  };
}

function questionOf(asked: RouteQuestion): Question {
  const { paymentId, issuerId, method, payeeAmount, conversion, candidates, stopped } = asked;
  const reached = [...candidates, ...stopped];
  return {
    ...{ paymentId, issuerId, method, payeeAmount },
    categoryCode: reached[0]?.target.merchant?.reference?.categoryCode ?? '',
    targets: targetsOf(reached),
    price: conversion && {
      rateBoardId: conversion.rateBoardId,
      rate: conversion.rate,
      midRate: conversion.midRate,
    },
  };
}

/** Only targets that a route leads to: the others change nothing when the choice is made again. */
function targetsOf(reached: readonly Candidate[]): Target[] {
  const targets = new Set(reached.map(({ target }) => target));
  return [...targets].map(({ partnerId, schemeId, merchant }) => ({
    partnerId: schemeId === '' ? partnerId : '',
    schemeId,
    countryCode: merchant?.reference?.countryCode ?? '',
  }));
}

function choiceOf(made: Decision, decision: Uint8Array): RouteChoice {
  const { plan, candidates } = made;
  const routes = plan.map(({ route }) => route);
  if (routes.length > 0) return { routes, decline: DeclineReason.UNSPECIFIED, decision };
  const { FAILING, LIQUIDITY } = EliminationReason;
  const isAway = candidates.some(({ eliminated }) => [FAILING, LIQUIDITY].includes(eliminated));
  const decline = isAway ? DeclineReason.PARTNER_UNAVAILABLE : DeclineReason.NO_ROUTE;
  return { routes, decline, decision };
}
