import type { Caller, WalletApp } from '@causeway/callers';
import { type Payment, PaymentState } from '@causeway/proto/common';
import type { Runtime } from '@causeway/runtime';
import { trafficAnswers } from '../metrics.ts';
import {
  type Answer,
  type AnswerSink,
  type Asked,
  ofError,
  ofPayment,
  ofRefund,
} from './answers.ts';
import type { PlannedPayment } from './plan.ts';

/** One planned payment with everybody who takes part in it. */
export interface Errand {
  runtime: Runtime;
  app: WalletApp;
  acquirer: Caller;
  planned: PlannedPayment;
  paymentRequestId: string;
  sink: AnswerSink;
}

/** Shows a code, has it charged, and does what was planned for afterwards. Never throws. */
export async function makePayment(errand: Errand): Promise<void> {
  const { app, acquirer, planned, paymentRequestId } = errand;
  const { place, payeeAmount } = planned;
  const payment = await ask(errand, 'create_payment', {}, async () => {
    const { paymentCode } = await app.wallets.createPaymentCode({
      walletId: app.walletId,
      ttlSeconds: 0,
    });
    const created = await acquirer.payments.createPayment({
      paymentRequestId,
      paymentCode,
      merchantId: place.merchantId,
      storeId: place.storeId,
      terminalId: place.terminalIds[0] ?? '',
      payeeAmount,
      orderDescription: '',
      agreementId: '',
    });
    return { value: created.payment, answer: ofPayment(created.payment) };
  });
  if (payment?.state !== PaymentState.SUCCEEDED) return;
  if (planned.afterwards === 'cancel') await cancel(errand);
  if (planned.afterwards === 'refund_part') await refundHalf(errand, payment);
}

async function cancel(errand: Errand): Promise<void> {
  const { acquirer, paymentRequestId } = errand;
  await ask(errand, 'cancel_payment', {}, async () => {
    const { payment } = await acquirer.payments.cancelPayment({ paymentRequestId });
    return { value: payment, answer: ofPayment(payment) };
  });
}

async function refundHalf(errand: Errand, { paymentId }: Payment): Promise<void> {
  const { currencyCode, amountMinor } = errand.planned.payeeAmount;
  // An odd minor unit stays with the shop, and every seeded currency has a step of one.
  const half = { currencyCode, amountMinor: amountMinor / 2n };
  const refundRequestId = 'half';
  await ask(errand, 'create_refund', { refund_request_id: refundRequestId }, async () => {
    const { refund } = await errand.acquirer.payments.createRefund({
      paymentId,
      refundRequestId,
      payeeAmount: half,
      reason: 'half given back',
    });
    return { value: refund, answer: ofRefund(refund) };
  });
}

interface Answered<T> {
  value: T | undefined;
  answer: Partial<Answer>;
}

/** Asks, and hands what came back, whatever it was, to the sink. */
async function ask<T>(
  { runtime, acquirer, paymentRequestId, sink }: Errand,
  asked: Asked,
  more: Partial<Answer>,
  call: () => Promise<Answered<T>>,
): Promise<T | undefined> {
  const at = runtime.clock.now().toISOString();
  const startedMs = runtime.clock.monotonicMs();
  const { value, answer } = await call().then(
    (answered) => ({ ...answered, answer: { outcome: 'answered' as const, ...answered.answer } }),
    (error) => ({ value: undefined, answer: ofError(error) }),
  );
  trafficAnswers.add(1, { asked, outcome: answer.outcome });
  sink({
    asked,
    at,
    took_ms: Math.round(runtime.clock.monotonicMs() - startedMs),
    partner_id: acquirer.id,
    payment_request_id: paymentRequestId,
    ...more,
    ...answer,
  });
  return value;
}
