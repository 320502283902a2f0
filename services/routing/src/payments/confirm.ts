import { type Money, PaymentMethod } from '@causeway/proto/common';
import type { ConfirmPaymentRequest, Issuer, ScannedCode } from '@causeway/proto/routing';
import { failpoint, type Runtime } from '@causeway/runtime';
import type { Limits } from '../cover/cover.ts';
import type { Directory } from '../directory/directory.ts';
import { MACHINE_REFUSALS, refuse } from '../errors.ts';
import { drivenAtMost, whenAtRest } from './answer.ts';
import { LEASE_MS, type PaymentBook } from './book.ts';
import { type Answer, recordOnce } from './earlier.ts';
import { firstVersion } from './first-version.ts';
import { isWalletId } from './judge-charge.ts';
import { scannedFingerprint, scannedPaymentIdOf } from './keys.ts';
import { firstOwed, isPayer, whyNotOpen } from './machine/order.ts';
import { orderNamed } from './order-named.ts';
import { consentTo } from './planning/consent.ts';
import { orderTarget } from './planning/order-target.ts';
import type { QuoteKeys } from './planning/quote-token.ts';
import type { PaymentRecord } from './record.ts';
import type { Worker } from './worker.ts';

export interface ConfirmDeps {
  book: PaymentBook;
  worker: Worker;
  directory: Directory;
  cover: Limits;
  runtime: Runtime;
  quoteKeys: QuoteKeys;
  /** How long a confirmed payment has until nothing new is started for it. */
  confirmTtlMs: number;
}

/** More races than this for one order in one call are no accident. */
const MAX_RACES = 20;

/**
 * Begins a payment that its payer confirms: an order that waits, or a code that was scanned. The
 * same confirmation again answers the same payment, whatever has become of its quote.
 */
export async function confirmPayment(
  deps: ConfirmDeps,
  request: ConfirmPaymentRequest,
  deadlineMs: number,
): Promise<Answer> {
  const issuer = deps.directory.view.issuers.get(request.issuerId);
  if (!issuer) throw refuse('FIELD_INVALID', 'issuer_id is no wallet operator of the directory');
  if (!isWalletId(request.walletId)) {
    throw refuse('FIELD_INVALID', 'wallet_id must be 1 to 128 printable ASCII characters');
  }
  const answer = await begun(deps, request, issuer, deadlineMs);
  if (answer.replay) return answer;
  await failpoint('routing.consent.committed');
  return { payment: await drivenAtMost(deps, answer.payment, deadlineMs), replay: false };
}

function begun(
  deps: ConfirmDeps,
  request: ConfirmPaymentRequest,
  issuer: Issuer,
  deadlineMs: number,
): Promise<Answer> {
  const { subject } = request;
  switch (subject?.$case) {
    case 'paymentId':
      return takeOrder(deps, request, issuer, subject.value, deadlineMs);
    case 'scanned':
      return recordScanned(deps, request, issuer, subject.value, deadlineMs);
    case undefined:
      throw refuse('FIELD_INVALID', 'payment_id or scanned is missing');
  }
}

/** Commits the consent on the order's row, under the version that was read: the first one wins. */
async function takeOrder(
  deps: ConfirmDeps,
  { walletId, quoteToken }: ConfirmPaymentRequest,
  issuer: Issuer,
  paymentId: string,
  deadlineMs: number,
): Promise<Answer> {
  const { book, runtime } = deps;
  const payer = { issuerId: issuer.issuerId, walletId };
  for (let race = 0; race < MAX_RACES; race += 1) {
    const order = await orderNamed(book, paymentId);
    if (isPayer(order, payer)) {
      return { payment: await whenAtRest(book, runtime, order, deadlineMs), replay: true };
    }
    refuseUnlessOpen(order);
    const consent = consentTo(deps, {
      ...{ paymentId, issuer, walletId, quoteToken, tipAmount: undefined },
      ...{ method: order.method, payeeAmount: amountOf(order), targets: [orderTarget(order)] },
      orderReference: order.paymentRequestId,
    });
    const applied = await book.apply(order, { kind: 'payer', consent });
    if (applied.outcome === 'lost') continue;
    if (applied.outcome === 'done') return { payment: applied.payment, replay: false };
    throw refuse(applied.reason, MACHINE_REFUSALS[applied.reason]);
  }
  throw refuse('DEPENDENCY_UNAVAILABLE', 'too many confirm this order at once; try again', {
    retryAfterMs: 500,
  });
}

/** A quote of an order that is gone says nothing any more, so this is told first. */
function refuseUnlessOpen(order: PaymentRecord): void {
  if (order.step === 'AWAIT_PAYER') return;
  const reason = whyNotOpen(order);
  throw refuse(reason, MACHINE_REFUSALS[reason]);
}

function amountOf({ paymentId, payeeAmount }: PaymentRecord): Money {
  if (!payeeAmount) throw new Error(`order ${paymentId} has no amount`);
  return payeeAmount;
}

/** The payment of a scanned code begins with the consent: its first version has it all. */
function recordScanned(
  deps: ConfirmDeps,
  { walletId, quoteToken }: ConfirmPaymentRequest,
  issuer: Issuer,
  scanned: ScannedCode,
  deadlineMs: number,
): Promise<Answer> {
  const { paymentRequestId, targets, payeeAmount, tipAmount, orderReference } = scanned;
  const paymentId = scannedPaymentIdOf(issuer.issuerId, paymentRequestId);
  const fingerprint = scannedFingerprint(walletId, scanned);
  return recordOnce(deps, { paymentId, fingerprint, deadlineMs }, async () => {
    if (!payeeAmount) throw refuse('FIELD_INVALID', 'payee_amount is missing');
    refuseForeignTip(payeeAmount, tipAmount);
    const method = PaymentMethod.MERCHANT_QR;
    const consent = consentTo(deps, {
      ...{ paymentId, issuer, walletId, quoteToken, method, payeeAmount, targets },
      ...{ orderReference, tipAmount },
    });
    const now = deps.runtime.clock.now();
    const [first] = consent.journey.routes;
    return firstVersion(now, {
      ...consent,
      ...{ paymentId, method, paymentRequestId, fingerprint, payeeAmount },
      partnerId: first?.partnerId ?? '',
      routeId: first?.routeId,
      payerReference: walletId,
      state: 'PENDING',
      step: firstOwed(consent),
      dueAt: new Date(now.getTime() + LEASE_MS),
    });
  });
}

function refuseForeignTip(payee: Money, tip: Money | undefined): void {
  if (!tip) return;
  const isWithin = tip.amountMinor >= 0n && tip.amountMinor < payee.amountMinor;
  if (tip.currencyCode === payee.currencyCode && isWithin) return;
  throw refuse('FIELD_INVALID', 'tip_amount must be a part of payee_amount');
}
