/** Something that happened and was committed; what is published is what a consumer receives. */
export interface Fact {
  /** 0 to 63: the lane of what the fact is about. */
  lane: number;
  /** A UUID that names the fact for ever; a consumer's effects are idempotent by it. */
  factId: string;
  /** Past tense and versioned: `causeway.routing.payment.succeeded.v1`. */
  subject: string;
  /** The protobuf message that the subject names. */
  payload: Uint8Array;
  /** W3C trace context of whoever caused it, where that trace is sampled. */
  traceparent?: string | undefined;
}

/** Where a fact stands in the history of its service. */
export interface FactKey {
  lane: number;
  /** The UUID of what the fact is about, for example a payment. */
  aboutId: string;
  /** The version of it that the fact made. */
  version: number;
}
