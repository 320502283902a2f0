import { histogram } from '@causeway/runtime';
import type { CodeName } from './failures.ts';

const serverDuration = histogram('rpc.server.duration', {
  unit: 's',
  description: 'Time from the arrival of a call to its answer, by method and code.',
});

/** One attribute object per series, since a call should not allocate one. */
const attributes = new Map<string, { 'rpc.method': string; 'rpc.code': string }>();

/** Records a call that the server has answered. */
export function recordServerCall(method: string, code: CodeName, durationMs: number): void {
  const key = `${method} ${code}`;
  let series = attributes.get(key);
  if (series === undefined) {
    series = { 'rpc.method': method, 'rpc.code': code };
    attributes.set(key, series);
  }
  serverDuration.record(durationMs / 1000, series);
}
