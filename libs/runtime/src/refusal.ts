/** What is wrong with one field of a request. */
export interface FieldViolation {
  /** The field's path in the request, as in the proto: `payee_amount.currency_code`. */
  field: string;
  /** A sentence for whoever wrote the request. */
  description: string;
}

/** What a refusal may carry besides its reason. */
export interface RefusalDetails {
  fields?: FieldViolation[];
  metadata?: Record<string, string>;
  /** Milliseconds after which the same request may succeed. */
  retryAfterMs?: number;
  cause?: unknown;
}

/**
 * A typed, expected "no": the request was understood and is refused, and nothing was done.
 * Each service maps every reason to one gRPC code in its `errors.ts`. A business decline is not
 * one of these; it is a payment in state DECLINED.
 */
export class Refusal<Reason extends string = string> extends Error {
  /** UPPER_SNAKE_CASE, stable: callers branch on it. */
  readonly reason: Reason;
  readonly fields: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;

  constructor(reason: Reason, message: string, details: RefusalDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Refusal';
    this.reason = reason;
    this.fields = details.fields ?? [];
    this.metadata = details.metadata ?? {};
    this.retryAfterMs = details.retryAfterMs;
  }
}
