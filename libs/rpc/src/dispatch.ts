import type { Status } from '@causeway/proto/google';
import {
  Refusal,
  type Runtime,
  rootSpan,
  span,
  type TracedSpan,
  withTraceparent,
} from '@causeway/runtime';
import type { AccessRules } from './access.ts';
import type { ServerCall } from './call.ts';
import type { BoundMethod } from './definitions.ts';
import { type CodeName, codeName, type Failures } from './failures.ts';
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
    const method = this.#methods.get(path);
    this.underWay += 1;
    try {
      if (method === undefined) return this.#unknown(path);
      return await traced(method, call, traceparent, (span) =>
        this.#execute(method, payload, call, span),
      );
    } finally {
      this.underWay -= 1;
      call.finish();
    }
  }

  /** Inside the span, so that what is logged on the way names the trace. */
  async #execute(
    method: BoundMethod,
    payload: Buffer,
    call: ServerCall,
    span: TracedSpan,
  ): Promise<Answer> {
    const { clock } = this.#runtime;
    const { path } = method;
    const startMs = clock.monotonicMs();
    try {
      this.#access.check(path, call.identity);
      const request = decode(method, payload);
      call.refuseIfPassed();
      const answer = encode(method, await method.handle(request, call));
      recordServerCall(nameOf(path), 'OK', clock.monotonicMs() - startMs);
      span.set(STATUS_CODE, 'OK');
      return answer;
    } catch (error) {
      const status = this.#failures.statusOf(error, path);
      const code = codeName(status.code);
      recordServerCall(nameOf(path), code, clock.monotonicMs() - startMs);
      tellFailure(span, code, error);
      return status;
    }
  }

  #unknown(path: string): Status {
    const refusal = new Refusal('METHOD_UNKNOWN', `there is no method ${path}`);
    const status = this.#failures.statusOf(refusal, path);
    recordServerCall('_OTHER', codeName(status.code), 0);
    return status;
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

const STATUS_CODE = 'rpc.status_code';

/** The codes that are a server's own failure, by OpenTelemetry's convention for gRPC. */
const SERVER_FAILURES: ReadonlySet<CodeName> = new Set<CodeName>([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

function tellFailure(span: TracedSpan, code: CodeName, error: unknown): void {
  span.set(STATUS_CODE, code);
  if (error instanceof Refusal) span.set('causeway.reason', error.reason);
  if (SERVER_FAILURES.has(code)) span.fail(code, error);
}

/** As the conventions name a method: without the slash that its path begins with. */
function nameOf(path: string): string {
  return path.slice(1);
}

/**
 * A service's call continues the service's trace, or is in none. Anybody else's may begin one
 * here; what trace they are in themselves is not for them to impose on us.
 */
function traced(
  method: BoundMethod,
  call: ServerCall,
  traceparent: string | undefined,
  run: (span: TracedSpan) => Promise<Answer>,
): Promise<Answer> {
  const name = nameOf(method.path);
  const { kind, id } = call.identity;
  const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': name };
  const told = (span: TracedSpan) => {
    span.set('causeway.caller', `${kind}/${id}`);
    return run(span);
  };
  const fromService = kind === 'service';
  return withTraceparent(fromService ? traceparent : undefined, () =>
    (fromService ? span : rootSpan)(name, attributes, told, { kind: 'server' }),
  );
}
