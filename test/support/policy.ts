import type { Policy, Rule } from '@causeway/proto/routing';
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
  if (former === undefined) throw new Error('no policy is in force');
  const activate = async (wanted: Policy) => {
    const { policy } = await ops.policies.createPolicy({ policy: wanted });
    await ops.policies.activatePolicy({ version: policy?.version ?? 0n });
    await new Promise((resolve) => setTimeout(resolve, IN_FORCE_MS));
  };
  await activate({
    ...former,
    description: 'End-to-end test',
    rules: [...rules],
    scoring: { failureCostBps: 0, windowSeconds: 10 },
    elimination: {
      ...{ minOutcomes: 10_000, failurePercent: 100, openSeconds: 1 },
      ...{ probeOneIn: 1, closeAfter: 1 },
    },
  });
  // As a version of its own: the one that is built in cannot be activated again.
  return () => activate(former);
}
