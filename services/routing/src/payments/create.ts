import { DeclineReason, type Money, PaymentMethod } from '@causeway/proto/common';
import type {
  CreatePaymentRequest,
  Issuer,
  RouteTarget,
  Settlement,
} from '@causeway/proto/routing';
import { failpoint, type Runtime } from '@causeway/runtime';
import type { Limits } from '../cover/cover.ts';
import { type Directory, type DirectoryView, issuerOfCode } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import { drivenAtMost } from './answer.ts';
import { LEASE_MS, type PaymentBook } from './book.ts';
import { type Answer, recordOnce } from './earlier.ts';
import { firstVersion } from './first-version.ts';
import {
  agreementFingerprint,
  assertOwnRequestId,
  codeFingerprint,
  maskCode,
  paymentIdOf,
} from './keys.ts';
import type { ChooseRoutes, RouteChoice } from './planning/choose.ts';
import { type Fx, type Price, priceOf } from './planning/price.ts';
import type { QuoteKeys } from './planning/quote-token.ts';
import { reachForGood } from './planning/reach.ts';
import {
  currenciesOf,
  type SettlementCurrencyOf,
  settleable,
  settledIn,
} from './planning/settle.ts';
import { signedTerms } from './planning/terms-signature.ts';
import type { PaymentRecord } from './record.ts';
import type { Worker } from './worker.ts';

/** After how long a ride that could not be planned is to be brought again. */
const RIDE_RETRY_MS = 5_000;

export interface CreateDeps {
  book: PaymentBook;
  worker: Worker;
  directory: Directory;
  cover: Limits;
  fx: Fx;
  chooseRoutes: ChooseRoutes;
  settlementCurrencyOf: SettlementCurrencyOf;
  runtime: Runtime;
  quoteKeys: QuoteKeys;
  /** After this nothing is started any more for a payment that is not through. */
  paymentTtlMs: number;
}

/** What a payment in one step is made from, however its payer is named. */
type Charged = Pick<
  CreatePaymentRequest,
  'partnerId' | 'paymentRequestId' | 'payeeAmount' | 'merchant' | 'orderDescription'
>;

/** Who pays, as the request names him. */
interface PayerNamed {
  method: PaymentMethod;
  issuer: Issuer | undefined;
  /** The code, the agreement or the tap. */
  reference: string;
  fingerprint: Uint8Array;
}

/** What was settled before anything was written: price and route, or the reason to decline. */
interface Plan {
  decline: DeclineReason;
  price: Exclude<Price, { decline: DeclineReason }> | undefined;
  choice: RouteChoice | undefined;
  /** What the acquirer is settled, where that is not the payee's amount. */
  settlement: Settlement | undefined;
}

/**
 * Makes a payment from a code or an agreement, or answers the one that this request made before.
 * The plan is made without writing, then recorded whole; only then is the issuer called.
 */
export async function createPayment(
  deps: CreateDeps,
  request: CreatePaymentRequest,
  deadlineMs: number,
): Promise<Answer> {
  assertOwnRequestId(request);
  const paymentId = paymentIdOf(request.partnerId, request.paymentRequestId);
  const { directory } = deps;
  const seen = payerNamed(directory.view, request);
  // One whom another replica has just entered is not to be declined for ever.
  const payer = seen.issuer ? seen : payerNamed(await directory.latest(), request);
  return charge(deps, { request, paymentId, payer, deadlineMs });
}

/** A payment in one step: from what, under which id, and until when its caller waits. */
interface Charging {
  request: Charged;
  paymentId: string;
  payer: PayerNamed;
  deadlineMs: number;
}

/** Records the payment and charges it, or answers the one that has this id. */
export async function charge(
  deps: CreateDeps,
  { request, paymentId, payer, deadlineMs }: Charging,
): Promise<Answer> {
  const named = { paymentId, fingerprint: payer.fingerprint, deadlineMs };
  const answer = await recordOnce(deps, named, () => planned(deps, request, paymentId, payer));
  if (answer.replay || answer.payment.step === 'DONE') return answer;
  await failpoint('routing.intent.committed');
  return { payment: await drivenAtMost(deps, answer.payment, deadlineMs), replay: false };
}

function payerNamed(view: DirectoryView, request: CreatePaymentRequest): PayerNamed {
  const { agreement, paymentCode } = request;
  if (agreement) {
    return {
      method: PaymentMethod.AGREEMENT,
      issuer: view.issuers.get(agreement.issuerId),
      reference: agreement.agreementId,
      fingerprint: agreementFingerprint(request, agreement),
    };
  }
  return {
    method: PaymentMethod.CODE,
    issuer: issuerOfCode(view, paymentCode),
    reference: paymentCode,
    fingerprint: codeFingerprint(request),
  };
}

/** The payment as it will be recorded: an intent, or declined at once. */
async function planned(
  deps: CreateDeps,
  request: Charged,
  paymentId: string,
  payer: PayerNamed,
): Promise<PaymentRecord> {
  const { merchant, payeeAmount, partnerId } = request;
  if (!payeeAmount) throw refuse('FIELD_INVALID', 'payee_amount is missing');
  if (!merchant) {
    throw refuse('MERCHANT_UNKNOWN', 'this partner has no such merchant, store or terminal');
  }
  const target = { partnerId, merchant, schemeId: '', schemeAccount: {} };
  const plan = await planOf(deps, { paymentId, payer, payeeAmount, target });
  if (payer.method === PaymentMethod.TRANSIT) assertPlanned(plan);
  return recordFrom(deps, request, payeeAmount, paymentId, payer, plan);
}

/**
 * Somebody has ridden: what stops other payments is no reason never to ask for the fare. It is
 * asked for again, and nothing is recorded until there is a plan.
 */
function assertPlanned({ decline }: Plan): void {
  if (decline === DeclineReason.UNSPECIFIED) return;
  const reason = DeclineReason[decline] ?? '';
  throw refuse('DEPENDENCY_UNAVAILABLE', 'the ride cannot be charged now: ask again', {
    metadata: { decline_reason: reason },
    retryAfterMs: RIDE_RETRY_MS,
  });
}

interface Asked {
  paymentId: string;
  payer: PayerNamed;
  payeeAmount: Money;
  target: RouteTarget;
}

async function planOf(deps: CreateDeps, asked: Asked): Promise<Plan> {
  const { payer, payeeAmount, target, paymentId } = asked;
  if (!payer.issuer) return declined(DeclineReason.ISSUER_UNKNOWN);
  const reached = await reachForGood(deps.directory, payer.issuer, [target], payeeAmount);
  if (reached.decline !== DeclineReason.UNSPECIFIED) return declined(reached.decline);
  const settled = settledIn(deps.settlementCurrencyOf, reached.candidates, payeeAmount);
  const price = await priceOf(deps.fx, payer.issuer, {
    ...{ paymentId, payeeAmount, settlementCurrencyCodes: currenciesOf(settled) },
    countryCode: target.merchant?.reference?.countryCode ?? '',
    // Only with a code has the payer been shown a board.
    honourShownBoards: payer.method === PaymentMethod.CODE,
  });
  if ('decline' in price) return declined(price.decline);
  const settling = settleable(reached, settled, price.settlementPrices);
  if (settling.decline !== DeclineReason.UNSPECIFIED) return declined(settling.decline);
  return chosen(deps, payer.issuer, asked, price, settling);
}

async function chosen(
  { chooseRoutes }: CreateDeps,
  { issuerId }: Issuer,
  { paymentId, payer: { method }, payeeAmount }: Asked,
  price: NonNullable<Plan['price']>,
  { candidates, stopped, settlements }: ReturnType<typeof settleable>,
): Promise<Plan> {
  const { conversion } = price;
  const choice = await chooseRoutes({
    ...{ paymentId, issuerId, method, payeeAmount, conversion, candidates, stopped },
  });
  const settlement = settlements.get(choice.routes[0]?.partnerId ?? '');
  return { decline: choice.decline, price, choice, settlement };
}

function declined(decline: DeclineReason): Plan {
  return { decline, price: undefined, choice: undefined, settlement: undefined };
}

function recordFrom(
  { cover, runtime, paymentTtlMs, quoteKeys: [key] }: CreateDeps,
  request: Charged,
  payeeAmount: Money,
  paymentId: string,
  payer: PayerNamed,
  { decline, price, choice, settlement }: Plan,
): PaymentRecord {
  const nowMs = runtime.clock.nowMs();
  const isDeclined = decline !== DeclineReason.UNSPECIFIED;
  const { partnerId, paymentRequestId, orderDescription, merchant } = request;
  const { method, issuer, reference, fingerprint } = payer;
  const isOver = isDeclined && method === PaymentMethod.CODE;
  const issuerId = issuer?.issuerId;
  const unsigned = {
    ...{ payeeAmount, partnerId, method },
    conversion: price?.conversion,
    merchant: merchant?.reference,
  };
  const asked = { paymentId, issuerId, payerAmount: price?.payerAmount };
  return firstVersion(new Date(nowMs), {
    ...{ paymentId, method, partnerId, paymentRequestId, fingerprint, orderDescription },
    state: isDeclined ? 'DECLINED' : 'PENDING',
    step: isDeclined ? 'DONE' : 'CHARGE',
    dueAt: isDeclined ? undefined : new Date(nowMs + LEASE_MS),
    declineReason: decline,
    issuerId,
    routeId: choice?.routes[0]?.routeId,
    payerReference: isOver ? maskCode(reference) : reference,
    payeeAmount,
    payerAmount: price?.payerAmount,
    terms: signedTerms(asked, unsigned, key),
    routeDecision: choice?.decision,
    issuerCovered:
      !isDeclined &&
      cover.isCovered('issuer', issuerId ?? '', price?.payerAmount.currencyCode ?? ''),
    settlement,
    // A ride is over before its fare is asked for, so no payer waits for it.
    expiresAt: method === PaymentMethod.TRANSIT ? undefined : new Date(nowMs + paymentTtlMs),
  });
}
