import { gauge, histogram } from '@causeway/runtime';
import type { CodeName } from './failures.ts';

const serverDuration = histogram('rpc.server.call.duration', {
  unit: 's',
  description: 'Time from the arrival of a call to its answer, by method and code.',
  attributes: ['rpc.system.name', 'rpc.method', 'rpc.status_code'],
});

export const certificateEnd = gauge('causeway.tls.certificate.not_after', {
  unit: 's',
  description:
    "When a certificate ends that this process was started with, its own and its authority's, in seconds since 1970.",
  attributes: ['certificate'],
});

/** One attribute object per series, since a call should not allocate one. */
const attributes = new Map<string, ReturnType<typeof seriesOf>>();

function seriesOf(method: string, code: CodeName) {
  return { 'rpc.system.name': 'grpc', 'rpc.method': method, 'rpc.status_code': code };
}

/**
 * Records a call that the server has answered.
 *
 * @param method its full name, `causeway.fx.v1.FxService/CreateQuote`; `_OTHER` for one unknown here
 */
export function recordServerCall(method: string, code: CodeName, durationMs: number): void {
  const key = `${method} ${code}`;
  let series = attributes.get(key);
  if (series === undefined) {
    series = seriesOf(method, code);
    attributes.set(key, series);
  }
  serverDuration.record(durationMs / 1000, series);
}
