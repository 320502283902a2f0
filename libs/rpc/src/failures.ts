import {
  BadRequest,
  type Duration,
  ErrorInfo,
  RetryInfo,
  type Status,
} from '@causeway/proto/google';
import { Refusal, type Runtime, Trouble } from '@causeway/runtime';
import { status as codes } from '@grpc/grpc-js';

/** A gRPC status code by its name. */
export type CodeName = keyof typeof codes;

/** Which code each reason of a service has: one exhaustive record in its `errors.ts`. */
export type Reasons = Readonly<Record<string, CodeName>>;

/** Reasons that this library gives by itself, on behalf of every service. */
const OWN_REASONS = {
  CALLER_UNKNOWN: 'UNAUTHENTICATED',
  CALLER_NOT_ALLOWED: 'PERMISSION_DENIED',
  SCOPE_MISSING: 'PERMISSION_DENIED',
  METHOD_UNKNOWN: 'UNIMPLEMENTED',
  MALFORMED_REQUEST: 'INVALID_ARGUMENT',
  MESSAGE_TOO_LARGE: 'INVALID_ARGUMENT',
  OVERLOADED: 'RESOURCE_EXHAUSTED',
  DEADLINE_PASSED: 'DEADLINE_EXCEEDED',
} as const satisfies Reasons;

const DOMAIN = 'causeway';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

/** After these codes the call was certainly not executed, whoever sent them. */
const NOT_EXECUTED: ReadonlySet<CodeName> = new Set<CodeName>([
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'FAILED_PRECONDITION',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'UNAUTHENTICATED',
]);

/** Codes that mean the same to our caller as they meant to us. */
const WAITED_TOO_LONG: ReadonlySet<CodeName> = new Set<CodeName>([
  'DEADLINE_EXCEEDED',
  'CANCELLED',
]);

/** A call that failed without a typed reason: in transport, by a deadline, or by a defect. */
export class RpcFailure extends Error {
  readonly code: CodeName;
  /** Whether the call may have been executed all the same. */
  readonly unknownOutcome: boolean;

  constructor(code: CodeName, message: string, unknownOutcome = !NOT_EXECUTED.has(code)) {
    super(`${code}: ${message}`);
    this.name = 'RpcFailure';
    this.code = code;
    this.unknownOutcome = unknownOutcome;
  }
}

/**
 * Whether the call that failed with this may have been executed. False for every Refusal: a typed
 * reason says that nothing was done.
 */
export function isUnknownOutcome(error: unknown): boolean {
  return error instanceof RpcFailure && error.unknownOutcome;
}

/** Turns what a handler threw into what goes onto the wire. */
export class Failures {
  readonly #reasons: Reasons;
  readonly #runtime: Runtime;
  readonly #isAway: (error: unknown) => boolean;
  readonly #away: Trouble;

  /** @param isAway which errors say that something a handler needs cannot be reached */
  constructor(reasons: Reasons, runtime: Runtime, isAway: (error: unknown) => boolean) {
    this.#reasons = { ...OWN_REASONS, ...reasons };
    this.#runtime = runtime;
    this.#isAway = isAway;
    this.#away = new Trouble(runtime, 'calls fail: what they need cannot be reached');
  }

  /** A caller learns of a defect only that there was one; the log has the rest. */
  statusOf(error: unknown, path: string): Status {
    if (error instanceof Refusal && Object.hasOwn(this.#reasons, error.reason)) {
      const code = this.#reasons[error.reason] as CodeName;
      return { code: codes[code], message: error.message, details: detailsOf(error) };
    }
    if (error instanceof RpcFailure) {
      // No warning: while a peer is down there is one of these for every call, and metrics count.
      const { log } = this.#runtime;
      log.debug({ err: error, method: path }, 'a call failed with a call to a peer');
      // A peer's failure leaves the outcome open for our caller too, whatever the peer called it.
      const code = WAITED_TOO_LONG.has(error.code) ? error.code : 'UNAVAILABLE';
      return { code: codes[code], message: 'the call was not completed', details: [] };
    }
    if (this.#isAway(error)) {
      this.#away.failed({ err: error, method: path });
      return { code: codes.UNAVAILABLE, message: 'the call was not completed', details: [] };
    }
    const { log } = this.#runtime;
    log.error({ err: error, method: path }, 'a call failed without a known reason');
    return { code: codes.INTERNAL, message: 'internal error', details: [] };
  }
}

/** The typed error that a status carries, or the RpcFailure that it amounts to. */
export function errorOf(status: Status): Refusal | RpcFailure {
  const info = detail(status, 'ErrorInfo', ErrorInfo.decode);
  if (info?.domain !== DOMAIN) return new RpcFailure(codeName(status.code), status.message);
  const fields = detail(status, 'BadRequest', BadRequest.decode)?.fieldViolations ?? [];
  const delay = detail(status, 'RetryInfo', RetryInfo.decode)?.retryDelay;
  return new Refusal(info.reason, status.message, {
    metadata: info.metadata,
    fields: fields.map(({ field, description }) => ({ field, description })),
    ...(delay === undefined ? {} : { retryAfterMs: millisecondsOf(delay) }),
  });
}

/** The name of a numeric code; UNKNOWN for one that gRPC does not define. */
export function codeName(code: number): CodeName {
  const name = codes[code];
  return name === undefined ? 'UNKNOWN' : (name as CodeName);
}

function detailsOf({ reason, metadata, fields, retryAfterMs }: Refusal): Status['details'] {
  const info = ErrorInfo.encode({ reason, domain: DOMAIN, metadata: { ...metadata } });
  const details = [any('ErrorInfo', info.finish())];
  if (fields.length > 0) {
    const fieldViolations = fields.map(({ field, description }) => ({
      field,
      description,
      reason: '',
      localizedMessage: undefined,
    }));
    details.push(any('BadRequest', BadRequest.encode({ fieldViolations }).finish()));
  }
  if (retryAfterMs !== undefined) {
    const seconds = BigInt(Math.floor(retryAfterMs / 1000));
    const nanos = Math.round((retryAfterMs % 1000) * 1e6);
    details.push(any('RetryInfo', RetryInfo.encode({ retryDelay: { seconds, nanos } }).finish()));
  }
  return details;
}

function any(name: string, value: Uint8Array) {
  return { typeUrl: TYPE_PREFIX + name, value: Buffer.from(value) };
}

function detail<T>(status: Status, name: string, decode: (bytes: Uint8Array) => T): T | undefined {
  const found = status.details.find(({ typeUrl }) => typeUrl === TYPE_PREFIX + name);
  return found === undefined ? undefined : decode(found.value);
}

function millisecondsOf({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1000 + Math.ceil(nanos / 1e6);
}
