import type {
  CreatePaymentsRequest,
  CreatePaymentsResponse,
  RequestError,
} from '@causeway/proto/acquiring';
import { type Logger, Refusal, rootSpan, type TracedSpan } from '@causeway/runtime';
import { codeNumberOf, INTERNAL_CODE } from '../errors.ts';
import type { Caller } from '../routed.ts';
import { unordered } from '../unordered.ts';
import { createPayment, type Intake } from './create-payment.ts';

/** What a stream of payments needs besides the intake. */
export interface PaymentStream extends Intake {
  log: Logger;
  /** Payments of one stream that are under way at once; beyond it the sender waits. */
  maxInFlight: number;
}

/**
 * Answers each payment of a stream when it is ready. What a unary call would throw is an answer
 * here, so that one bad request ends no stream.
 */
export function createPayments(
  stream: PaymentStream,
  caller: Caller,
  requests: AsyncIterable<CreatePaymentsRequest>,
): AsyncIterable<CreatePaymentsResponse> {
  return unordered(requests, stream.maxInFlight, (request) => answer(stream, caller, request));
}

const METHOD = 'causeway.acquiring.v1.AcquiringService/CreatePayments';
const ABOUT = { 'rpc.system.name': 'grpc', 'rpc.method': METHOD };

/** Each payment of a stream may begin a trace, as a call of its own would. */
function answer(
  stream: PaymentStream,
  caller: Caller,
  request: CreatePaymentsRequest,
): Promise<CreatePaymentsResponse> {
  return rootSpan(METHOD, ABOUT, (span) => answerIn(span, stream, caller, request), {
    kind: 'server',
  });
}

async function answerIn(
  span: TracedSpan,
  stream: PaymentStream,
  caller: Caller,
  { payment }: CreatePaymentsRequest,
): Promise<CreatePaymentsResponse> {
  const paymentRequestId = payment?.paymentRequestId ?? '';
  try {
    if (payment === undefined) throw paymentMissing();
    const value = await createPayment(stream, caller, payment);
    return { paymentRequestId, outcome: { $case: 'created', value } };
  } catch (err) {
    if (err instanceof Refusal) {
      span.set('causeway.reason', err.reason);
    } else {
      span.fail('INTERNAL', err);
      stream.log.error({ err }, 'a streamed payment failed');
    }
    return { paymentRequestId, outcome: { $case: 'error', value: toRequestError(err) } };
  }
}

function paymentMissing(): Refusal {
  const fields = [{ field: 'payment', description: 'is required' }];
  return new Refusal('FIELD_INVALID', 'not valid: payment', { fields });
}

/** As the unary call's status would say it; a defect shows nothing of itself. */
function toRequestError(error: unknown): RequestError {
  if (!(error instanceof Refusal)) {
    const message = 'internal error';
    return { code: INTERNAL_CODE, reason: '', message, fields: [], retryAfterMs: 0n };
  }
  const { reason, message, fields, retryAfterMs } = error;
  return {
    code: codeNumberOf(reason),
    reason,
    message,
    fields: [...fields],
    retryAfterMs: BigInt(Math.ceil(retryAfterMs ?? 0)),
  };
}
