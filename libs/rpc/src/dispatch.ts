import type { Status } from '@causeway/proto/google';
import { Refusal, type Runtime, rootSpan, span, withTraceparent } from '@causeway/runtime';
import type { AccessRules } from './access.ts';
import type { ServerCall } from './call.ts';
import type { BoundMethod } from './definitions.ts';
import { codeName, type Failures } from './failures.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { recordServerCall } from './metrics.ts';

/** The encoded response, or the failure. */
export type Answer = Buffer | Status;

/**
 * Answers unary calls whichever way they came, alone or in a frame: the same rule, the same
 * handler, the same errors.
 */
export class Dispatcher {
  readonly #methods: ReadonlyMap<string, BoundMethod>;
  readonly #access: AccessRules;
  readonly #failures: Failures;
  readonly #runtime: Runtime;
  /** Calls that are being answered, for the drain. */
  underWay = 0;

  constructor(
    methods: readonly BoundMethod[],
    access: AccessRules,
    failures: Failures,
    runtime: Runtime,
  ) {
    const unary = methods.filter((method) => !method.requestStream && !method.responseStream);
    this.#methods = new Map(unary.map((method) => [method.path, method]));
    this.#access = access;
    this.#failures = failures;
    this.#runtime = runtime;
  }

  /** Never rejects. */
  async answer(
    path: string,
    payload: Buffer,
    call: ServerCall,
    traceparent: string | undefined,
  ): Promise<Answer> {
    const { clock } = this.#runtime;
    const startMs = clock.monotonicMs();
    this.underWay += 1;
    const method = this.#methods.get(path);
    const name = method === undefined ? 'unknown' : path;
    try {
      if (method === undefined) throw new Refusal('METHOD_UNKNOWN', `there is no method ${path}`);
      this.#access.check(path, call.identity);
      const request = decode(method, payload);
      call.refuseIfPassed();
      const response = await traced(method, request, call, traceparent);
      const answer = encode(method, response);
      recordServerCall(name, 'OK', clock.monotonicMs() - startMs);
      return answer;
    } catch (error) {
      const status = this.#failures.statusOf(error, path);
      recordServerCall(name, codeName(status.code), clock.monotonicMs() - startMs);
      return status;
    } finally {
      this.underWay -= 1;
      call.finish();
    }
  }

  /** The answer to a call that is not looked at. */
  refuse(path: string, refusal: Refusal): Answer {
    return this.#failures.statusOf(refusal, path);
  }
}

function decode(method: BoundMethod, payload: Buffer): unknown {
  if (payload.length > MAX_MESSAGE_BYTES) {
    throw new Refusal('MESSAGE_TOO_LARGE', `the request exceeds ${MAX_MESSAGE_BYTES} bytes`);
  }
  try {
    return method.decode(payload);
  } catch (cause) {
    throw new Refusal('MALFORMED_REQUEST', 'the request cannot be decoded', { cause });
  }
}

/** A response that is too large is a defect of ours: the call was executed, and is not refused. */
function encode(method: BoundMethod, response: unknown): Buffer {
  const answer = method.encode(response);
  if (answer.length <= MAX_MESSAGE_BYTES) return answer;
  throw new RangeError(
    `the response has ${answer.length} bytes, and may have ${MAX_MESSAGE_BYTES}`,
  );
}

/**
 * A service's call continues the service's trace, or is in none. Anybody else's may begin one
 * here; what trace they are in themselves is not for them to impose on us.
 */
function traced(
  method: BoundMethod,
  request: unknown,
  call: ServerCall,
  traceparent: string | undefined,
): unknown {
  const name = method.path.slice(1);
  const run = () => method.handle(request, call);
  if (call.identity.kind !== 'service') {
    const attributes = { 'rpc.system': 'grpc', 'causeway.caller': call.identity.kind };
    return withTraceparent(undefined, () => rootSpan(name, attributes, run, 'server'));
  }
  if (traceparent === undefined || traceparent === '') return withTraceparent(undefined, run);
  const attributes = { 'rpc.system': 'grpc', 'causeway.caller': 'service' };
  return withTraceparent(traceparent, () => span(name, attributes, run, 'server'));
}
