import { DeclineReason, type Money, PaymentMethod } from '@causeway/proto/common';
import type { FxServiceService, Quote } from '@causeway/proto/fx';
import type { CreatePaymentRequest } from '@causeway/proto/routing';
import type { ChargeTerms } from '@causeway/proto/wallet';
import type { Client } from '@causeway/rpc';
import { failpoint, laneOf, Refusal, type Runtime } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import { orAfter, patience, whenFinal } from './answer.ts';
import { LEASE_MS, type PaymentBook } from './book.ts';
import { fingerprintOf, maskCode, paymentIdOf } from './keys.ts';
import type { PaymentRecord } from './record.ts';
import { type Resolution, resolve } from './resolve.ts';
import type { Worker } from './worker.ts';

export interface CreateDeps {
  book: PaymentBook;
  worker: Worker;
  directory: Directory;
  fx: Pick<Client<typeof FxServiceService>, 'createQuote'>;
  runtime: Runtime;
  /** After this nothing is started any more for a payment that is not through. */
  paymentTtlMs: number;
}

/** A payment, and whether an earlier request made it. */
export interface Answer {
  payment: PaymentRecord;
  replay: boolean;
}

/** What fx refuses on business grounds, as the decline that the payment gets. */
const QUOTE_DECLINES: Record<string, DeclineReason> = {
  CURRENCY_UNSUPPORTED: DeclineReason.CURRENCY_UNSUPPORTED,
  NO_FRESH_RATE: DeclineReason.NO_FRESH_RATE,
  AMOUNT_TOO_SMALL: DeclineReason.AMOUNT_TOO_SMALL,
  AMOUNT_TOO_LARGE: DeclineReason.AMOUNT_TOO_LARGE,
};

/** What was settled before anything was written: the price, or the reason to decline. */
interface Plan extends Resolution {
  payerAmount: Money | undefined;
  quote: Quote | undefined;
}

/**
 * Makes a payment from a code, or answers the one that this request made before. The plan is
 * made without writing, then recorded whole; only then is the issuer called. A repeat is found
 * by its permanent key when its plan meets the row of the first.
 */
export async function createPayment(
  deps: CreateDeps,
  request: CreatePaymentRequest,
  deadlineMs: number,
): Promise<Answer> {
  const paymentId = paymentIdOf(request.partnerId, request.paymentRequestId);
  const intent = await planned(deps, request, paymentId).catch(async (error) => {
    // Nothing can be started, but what was started before is answered all the same.
    const earlier = await answerEarlier(deps, request, paymentId, deadlineMs);
    if (earlier) return earlier;
    throw error;
  });
  if ('replay' in intent) return intent;
  if (!(await deps.book.insert(intent, deadlineMs))) {
    const earlier = await answerEarlier(deps, request, paymentId, deadlineMs);
    if (earlier) return earlier;
    throw new Error(`payment ${paymentId} is taken and yet not there`);
  }
  if (intent.step === 'DONE') return { payment: intent, replay: false };
  await failpoint('routing.intent.committed');
  const driven = deps.worker.drive(intent);
  const payment = await orAfter(driven, patience(deps.runtime, deadlineMs), deps.runtime);
  return { payment: payment ?? (await latestOf(deps, intent)), replay: false };
}

/** As it is now, by whoever's hand; where that cannot be read, it is pending as it was recorded. */
async function latestOf({ book }: CreateDeps, intent: PaymentRecord): Promise<PaymentRecord> {
  return (await book.read(intent).catch(() => undefined)) ?? intent;
}

async function answerEarlier(
  { book, runtime }: CreateDeps,
  request: CreatePaymentRequest,
  paymentId: string,
  deadlineMs: number,
): Promise<Answer | undefined> {
  const earlier = await book.read({ lane: laneOf(paymentId), paymentId });
  if (!earlier) return undefined;
  const { fingerprint } = earlier;
  if (fingerprint && !Buffer.from(fingerprint).equals(fingerprintFor(request))) {
    throw refuse(
      'IDEMPOTENCY_KEY_REUSED',
      'this payment_request_id was used before with another code, amount, merchant, store or terminal',
      { metadata: { payment_id: paymentId } },
    );
  }
  return { payment: await whenFinal(book, runtime, earlier, deadlineMs), replay: true };
}

/** The payment as it will be recorded: an intent, or declined at once. */
async function planned(
  deps: CreateDeps,
  request: CreatePaymentRequest,
  paymentId: string,
): Promise<PaymentRecord> {
  const { merchant, payeeAmount } = request;
  if (!payeeAmount) throw refuse('FIELD_INVALID', 'payee_amount is missing');
  if (!merchant) {
    throw refuse('MERCHANT_UNKNOWN', 'this partner has no such merchant, store or terminal');
  }
  const asked = { ...request, merchant, payeeAmount };
  const resolution = resolve(deps.directory.view, asked);
  const plan = await priced(deps, resolution, payeeAmount, paymentId);
  return recordFrom(deps, request, payeeAmount, paymentId, plan);
}

async function priced(
  { fx }: CreateDeps,
  resolution: Resolution,
  payeeAmount: Money,
  paymentId: string,
): Promise<Plan> {
  const { decline, issuer, merchant } = resolution;
  const unpriced = { ...resolution, payerAmount: undefined, quote: undefined };
  if (decline !== DeclineReason.UNSPECIFIED || !issuer) return unpriced;
  const { currencyCode } = issuer;
  if (currencyCode === payeeAmount.currencyCode) return { ...unpriced, payerAmount: payeeAmount };
  try {
    const { quote } = await fx.createQuote({
      pair: { payerCurrencyCode: currencyCode, payeeCurrencyCode: payeeAmount.currencyCode },
      fixedSide: { $case: 'payeeAmount', value: payeeAmount },
      paymentId,
      payeeCountryCode: merchant?.countryCode ?? '',
      honourShownBoards: true,
    });
    return { ...unpriced, payerAmount: quote?.payerAmount, quote };
  } catch (error) {
    const reason = error instanceof Refusal ? QUOTE_DECLINES[error.reason] : undefined;
    if (reason !== undefined) return { ...unpriced, decline: reason };
    if (error instanceof Refusal && error.reason === 'AMOUNT_INVALID') {
      throw refuse('FIELD_INVALID', error.message, { fields: [...error.fields] });
    }
    throw refuse('DEPENDENCY_UNAVAILABLE', 'no rate can be had now; nothing was recorded', {
      retryAfterMs: 1_000,
      cause: error,
    });
  }
}

function recordFrom(
  { runtime, paymentTtlMs }: CreateDeps,
  request: CreatePaymentRequest,
  payeeAmount: Money,
  paymentId: string,
  plan: Plan,
): PaymentRecord {
  const nowMs = runtime.clock.nowMs();
  const now = new Date(nowMs);
  const declined = plan.decline !== DeclineReason.UNSPECIFIED;
  return {
    lane: laneOf(paymentId),
    paymentId,
    version: 1,
    state: declined ? 'DECLINED' : 'PENDING',
    step: declined ? 'DONE' : 'CHARGE',
    dueAt: declined ? undefined : new Date(nowMs + LEASE_MS),
    declineReason: plan.decline,
    method: PaymentMethod.CODE,
    partnerId: request.partnerId,
    paymentRequestId: request.paymentRequestId,
    fingerprint: fingerprintFor(request),
    issuerId: plan.issuer?.issuerId,
    routeId: plan.route?.routeId,
    payerReference: declined ? maskCode(request.paymentCode) : request.paymentCode,
    walletId: undefined,
    payeeAmount,
    payerAmount: plan.payerAmount,
    terms: termsOf(request, payeeAmount, plan),
    orderDescription: request.orderDescription,
    refundedPayeeMinor: 0n,
    refundedPayerMinor: 0n,
    acquirerClearingDate: undefined,
    issuerClearingDate: undefined,
    createdAt: now,
    updatedAt: now,
    expiresAt: new Date(nowMs + paymentTtlMs),
  };
}

function termsOf(request: CreatePaymentRequest, payeeAmount: Money, plan: Plan): ChargeTerms {
  const { quote } = plan;
  return {
    payeeAmount,
    conversion: quote && {
      quoteId: quote.quoteId,
      rateBoardId: quote.rateBoardId,
      rate: quote.rate,
      midRate: quote.midRate,
      referenceRate: quote.referenceRate,
      referenceSource: quote.referenceSource,
      markupBps: quote.markupBps,
      midPart: quote.midPart,
      markupPart: quote.markupPart,
      residualPart: quote.residualPart,
    },
    merchant: plan.merchant,
    partnerId: request.partnerId,
    method: PaymentMethod.CODE,
  };
}

function fingerprintFor(request: CreatePaymentRequest): Uint8Array {
  const payeeAmount = request.payeeAmount ?? { currencyCode: '', amountMinor: 0n };
  return fingerprintOf({ ...request, payeeAmount });
}
