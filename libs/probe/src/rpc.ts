import { ProbeServiceService } from '@causeway/proto/common';
import { type Implementation, implement } from '@causeway/rpc';
import type { Probe, ProbeState } from './probe.ts';

/** ProbeService of common.v1, for the probe of a service. */
export function probeService(probe: Probe): Implementation {
  return implement(ProbeServiceService, {
    getProbe: async ({ lookNow }) => answerOf(lookNow ? await probe.lookAtAll() : probe.state),
  });
}

function answerOf({ findings, goodAt, roundAt }: ProbeState) {
  return { findings: [...findings], goodTime: goodAt, roundTime: roundAt };
}
