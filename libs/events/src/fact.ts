/** Something that happened and was committed; what is queued is what a consumer receives. */
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
