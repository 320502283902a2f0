export { type Check, Probe, type ProbeOptions } from './probe.ts';
export { probeService } from './rpc.ts';
export { probeSettings } from './settings.ts';
