import { hostNowMs, type Runtime } from '@causeway/runtime';
import type { handleUnaryCall, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { authenticate, type VerifyToken } from './authenticate.ts';
import { callerGone, ServerCall } from './call.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Failures } from './failures.ts';
import { DEFAULT_TIMEOUT_MS } from './limits.ts';
import { trailersOf } from './wire.ts';

type Unary = ServerUnaryCall<Buffer, Buffer>;

/** What every handler of a server needs to know. */
export interface ServerContext {
  dispatcher: Dispatcher;
  failures: Failures;
  runtime: Runtime;
  verifyToken: VerifyToken | undefined;
}

/** Answers one method's calls that come alone. Bodies stay bytes until the caller is known. */
export function unaryHandler(
  path: string,
  context: ServerContext,
): handleUnaryCall<Buffer, Buffer> {
  return (incoming, callback) => void answerUnary(path, context, incoming, callback);
}

async function answerUnary(
  path: string,
  { dispatcher, failures, runtime, verifyToken }: ServerContext,
  incoming: Unary,
  callback: sendUnaryData<Buffer>,
): Promise<void> {
  try {
    const identity = await authenticate(incoming, verifyToken);
    const call = new ServerCall(identity, remainingMs(incoming, DEFAULT_TIMEOUT_MS), runtime);
    incoming.on('cancelled', () => call.cancel(callerGone));
    const [traceparent] = incoming.metadata.get('traceparent');
    const answer = await dispatcher.answer(path, incoming.request, call, traceparent?.toString());
    if (Buffer.isBuffer(answer)) callback(null, answer);
    else callback(trailersOf(answer));
  } catch (error) {
    callback(trailersOf(failures.statusOf(error, path)));
  }
}

/** Milliseconds that the caller still waits; `otherwise` where it set no deadline. */
export function remainingMs(call: { getDeadline(): Date | number }, otherwise: number): number {
  const deadlineMs = Number(call.getDeadline());
  return Number.isFinite(deadlineMs) ? deadlineMs - hostNowMs() : otherwise;
}
