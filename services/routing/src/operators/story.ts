import type { GetPaymentStoryResponse, IssuerRecord } from '@causeway/proto/routing';
import { ChargeState } from '@causeway/proto/wallet';
import type { AttemptStore } from '../attempts/store.ts';
import type { Issuers } from '../issuers.ts';
import type { PaymentBook } from '../payments/book.ts';
import { named } from '../payments/effects.ts';
import { factSummaries } from '../payments/fact-summaries.ts';
import type { PaymentRecord } from '../payments/record.ts';
import type { PaymentStore } from '../payments/store.ts';
import { viewOf } from '../payments/view.ts';
import type { RefundStore } from '../refunds/store.ts';
import { refundView } from '../refunds/view.ts';
import type { ReversalStore } from '../reversals/store.ts';
import { owedBy, paymentNamed } from './owed-by.ts';

/** What the story of a payment is gathered from. */
export interface StoryDeps {
  book: Pick<PaymentBook, 'read'>;
  payments: Pick<PaymentStore, 'facts' | 'unpublished'>;
  refunds: Pick<RefundStore, 'list'>;
  reversals: Pick<ReversalStore, 'of'>;
  attempts: Pick<AttemptStore, 'of'>;
  issuers: Pick<Issuers, 'clientOf'>;
}

const MAX_REFUNDS = 500;

/** How long the wallet operator has to answer, in milliseconds: the rest is told without it. */
const ISSUER_MS = 3_000;

/** All that routing knows of a payment, and what its wallet operator says. Refuses PAYMENT_UNKNOWN. */
export async function paymentStory(
  deps: StoryDeps,
  paymentId: string,
): Promise<GetPaymentStoryResponse> {
  const payment = await paymentNamed(deps.book, paymentId);
  const refunds = await deps.refunds.list(payment, undefined, MAX_REFUNDS);
  const reversals = await deps.reversals.of(payment);
  return {
    payment: viewOf(payment),
    step: payment.step,
    owed: await owedBy(deps.attempts, payment, refunds),
    plannedRouteIds: payment.journey?.routes.map(({ routeId }) => routeId) ?? [],
    routeId: payment.routeId ?? '',
    refunds: refunds.map(refundView),
    reversals: reversals.map(({ routeId, state, checks }) => ({
      ...{ routeId, state, checkCount: checks },
    })),
    facts: factSummaries(await deps.payments.facts(payment)),
    unpublishedCount: await deps.payments.unpublished(payment),
    issuerRecord: await issuerRecord(deps, payment),
  };
}

/** What the wallet operator says now; that it says nothing is a part of the story too. */
async function issuerRecord(
  { issuers }: Pick<StoryDeps, 'issuers'>,
  payment: PaymentRecord,
): Promise<IssuerRecord> {
  const nothing = { state: '', payerAmount: undefined, refundedAmount: undefined, failure: '' };
  const unasked = { ...nothing, createTime: undefined };
  if (payment.issuerId === undefined || payment.step === 'AWAIT_PAYER') return unasked;
  try {
    const client = issuers.clientOf(payment.issuerId);
    const { charge } = await client.getCharge(named(payment), { timeoutMs: ISSUER_MS });
    if (!charge) return { ...unasked, failure: 'it answered nothing' };
    const { payerAmount, refundedAmount, createTime } = charge;
    const state = ChargeState[charge.state] ?? '';
    return { state, payerAmount, refundedAmount, createTime, failure: '' };
  } catch (error) {
    return { ...unasked, failure: error instanceof Error ? error.message : String(error) };
  }
}
