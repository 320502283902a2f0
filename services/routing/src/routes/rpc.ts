import { RoutePolicyServiceService } from '@causeway/proto/routing';
import { type Implementation, implement } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import { listRouteScores } from './list-scores.ts';
import { explainRoute } from './past/explain.ts';
import { listPolicies } from './policies/list.ts';
import { activatePolicy, createPolicy, storedPolicy } from './policies/write.ts';
import { putLiquidity } from './put-liquidity.ts';
import type { Routes } from './routes.ts';

export interface PolicyRpcDeps {
  routes: Routes;
  directory: Directory;
  runtime: Runtime;
  /** Whether there is such a payment at all. */
  isPayment(paymentId: string): Promise<boolean>;
}

/** RoutePolicyService: maps requests to operations, and nothing else. */
export function routePolicyService({
  routes,
  directory,
  runtime,
  isPayment,
}: PolicyRpcDeps): Implementation {
  const { policyStore, policies, scores, simulator } = routes;
  const deps = { ...routes, directory, runtime, isPayment, log: runtime.log };
  return implement(RoutePolicyServiceService, {
    async createPolicy({ policy }, call) {
      return { policy: await createPolicy(deps, policy, call.identity.id) };
    },
    async activatePolicy({ version }, call) {
      return { policy: await activatePolicy(deps, version, call.identity.id) };
    },
    async getPolicy({ version }, _call) {
      if (version !== 0n) return { policy: await storedPolicy(policyStore, version) };
      await policies.refresh();
      return { policy: { ...policies.inForce, active: true } };
    },
    async listPolicies({ pageSize, pageToken }, _call) {
      return listPolicies(policyStore, pageSize, pageToken);
    },
    async explainRoute({ paymentId }, _call) {
      return { explanation: await explainRoute(deps, paymentId) };
    },
    simulatePolicy: (request, call) => simulator.run(request, call.signal),
    async listRouteScores(_request, _call) {
      return listRouteScores(directory.view, scores);
    },
    async putLiquidity(request, call) {
      await putLiquidity(deps, request, call.identity.id);
      return {};
    },
  });
}
