import { DEFAULT_TIMEOUT_MS } from '../../../libs/rpc/src/limits.ts';
import type { Rendered } from './chart.ts';
import { type Findings, mustFind } from './finding.ts';
import { nameOf, type Pod, podsOf } from './objects.ts';

/** `listening` in libs/rpc leaves this share of a drain to calls under way. */
const SHARE_FOR_CALLS = 2 / 3;

/**
 * That a pod lives long enough after it is told to end: its drain waits for the longest call, and
 * the kubelet for preStop and the drain together.
 */
export function shortLives({ values, objects }: Rendered): Findings {
  return podsOf(objects).flatMap((pod) =>
    problemsOf(pod).map((problem) => ({ where: `${values}: ${nameOf(pod.owner)}`, problem })),
  );
}

function problemsOf({ spec }: Pod): string[] {
  return spec.containers.flatMap(({ env = [], lifecycle }) => {
    const drain = env.find(({ name }) => name === 'CAUSEWAY_DRAIN_TIMEOUT_MS')?.value;
    if (drain === undefined) return [];
    const drainMs = Number(drain);
    const preStopMs = 1_000 * (lifecycle?.preStop?.sleep?.seconds ?? 0);
    const graceMs = 1_000 * (spec.terminationGracePeriodSeconds ?? 30);
    return [
      ...(preStopMs === 0 ? ['ends before its callers know: it has no preStop'] : []),
      ...(drainMs * SHARE_FOR_CALLS <= DEFAULT_TIMEOUT_MS
        ? [`drains for ${drainMs} ms, too short for calls of ${DEFAULT_TIMEOUT_MS} ms`]
        : []),
      ...(graceMs <= preStopMs + drainMs ? ['is killed before its drain may end'] : []),
    ];
  });
}

/** That a grace that is too short is found. */
export function findsShortLives(rendered: Rendered): Findings {
  const objects = structuredClone(rendered.objects);
  for (const { spec } of podsOf(objects)) spec.terminationGracePeriodSeconds = 30;
  return mustFind('a grace of 30 seconds', shortLives({ ...rendered, objects }));
}
