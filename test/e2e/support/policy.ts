import type { Rule } from '@causeway/proto/routing';
import type { World } from './world.ts';

/** How long every replica may take to choose by another policy. */
const IN_FORCE_MS = 1_200;

/**
 * Has routes chosen by these rules, else by landed cost alone: no failure counts and no circuit
 * opens, whatever earlier tests have done to a route. Answers what puts the former policy back.
 */
export async function choosePlainly(
  { ops }: World,
  rules: readonly Rule[] = [],
): Promise<() => Promise<void>> {
  const { policy: former } = await ops.policies.getPolicy({ version: 0n });
  const { policy } = await ops.policies.createPolicy({
    policy: {
      description: 'End-to-end test',
      rules: [...rules],
      scoring: { failureCostBps: 0, windowSeconds: 10 },
      elimination: {
        ...{ minOutcomes: 10_000, failurePercent: 100, openSeconds: 1 },
        ...{ probeOneIn: 1, closeAfter: 1 },
      },
      defaultRouteIds: [],
      ...{ version: 0n, createTime: undefined, operatorId: '', active: false },
    },
  });
  const activate = async (version: bigint) => {
    await ops.policies.activatePolicy({ version });
    await new Promise((resolve) => setTimeout(resolve, IN_FORCE_MS));
  };
  await activate(policy?.version ?? 0n);
  return () => activate(former?.version ?? 0n);
}
