import { DeclineReason, type Payment, PaymentMethod, PaymentState } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';

/** What the tests of booking draw: payments as routing tells of them. */
export interface Story {
  /** Names the payment. */
  name: string;
  /** How the payer was identified, which no booking depends on. */
  method: PaymentMethod;
  issuerId: string;
  partnerId: string;
  payeeCurrency: string;
  /** The three parts of the payer's amount in HKD minor units, where there is a conversion. */
  parts: [mid: bigint, markup: bigint, residual: bigint];
  payeeMinor: bigint;
  /** Each refund's share of the payee's amount, and of the three parts. */
  refunds: { payeeMinor: bigint; parts: [bigint, bigint, bigint]; day?: string }[];
  cancelled: boolean;
  /** Whether it was reserved from the cover of both sides. */
  covered?: boolean;
  /** Both participants' clearing day of the capture; of refunds too, unless they name another. */
  day?: string;
  /** What the acquirer is settled, where that is in another currency. */
  settled?: { currencyCode: string; amountMinor: bigint; rate: string };
}

/** JPY 1,280 for HKD 65.03: the walk through one payment that the README takes. */
export const TOKYO: Story = {
  name: 'tokyo',
  method: PaymentMethod.CODE,
  issuerId: 'harbour-wallet',
  partnerId: 'sakura',
  payeeCurrency: 'JPY',
  parts: [6_406n, 96n, 1n],
  payeeMinor: 1_280n,
  refunds: [],
  cancelled: false,
};

export const WHEN = new Date(Date.UTC(2026, 10, 16, 4));
const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
const sum = (amounts: readonly bigint[]) => amounts.reduce((a, b) => a + b, 0n);

/** All facts of a story, in the order in which they happened. */
export function factsOf(story: Story): PaymentFact[] {
  const facts = [
    factOf(story, 1n, PaymentState.SUCCEEDED, { $case: 'succeeded', value: {} }),
    ...story.refunds.map((refund, index) => refundFact(story, index, refund)),
  ];
  if (story.cancelled) {
    const kind = { $case: 'cancelled', value: { wasCaptured: true } } as const;
    facts.push(factOf(story, 9n, PaymentState.CANCELLED, kind));
  }
  return facts;
}

/** One fact of a story. */
export function factOf(
  story: Story,
  version: bigint,
  state: PaymentState,
  kind: PaymentFact['kind'],
): PaymentFact {
  const payment = paymentOf(story, state, version);
  const factId = uuidFrom('fact', payment.paymentId, String(version));
  const covered = {
    issuerCovered: story.covered === true,
    acquirerCovered: story.covered === true,
  };
  return { factId, version, occurTime: WHEN, payment, routeId: 'test', kind, ...covered };
}

/** As the stream carries it. */
export function encoded(fact: PaymentFact): { payload: Uint8Array } {
  return { payload: PaymentFact.encode(fact).finish() };
}

function refundFact(story: Story, index: number, refund: Story['refunds'][number]): PaymentFact {
  const { paymentId } = paymentOf(story, PaymentState.SUCCEEDED, 1n);
  const refundRequestId = `refund-${index}`;
  const [midMinor, markupMinor, residualMinor] = refund.parts;
  return factOf(story, BigInt(index + 2), PaymentState.SUCCEEDED, {
    $case: 'refundSucceeded',
    value: {
      refund: {
        refundId: uuidFrom('refund', paymentId, refundRequestId),
        ...{ paymentId, refundRequestId, state: 2, reason: '' },
        payeeAmount: { currencyCode: story.payeeCurrency, amountMinor: refund.payeeMinor },
        payerAmount: hkd(sum(refund.parts)),
        ...{ createTime: WHEN, updateTime: WHEN },
        ...daysOf(refund.day ?? story.day),
        settlementAmount: shareSettled(story, refund.payeeMinor),
      },
      midPart: hkd(midMinor),
      markupPart: hkd(markupMinor),
      residualPart: hkd(residualMinor),
    },
  });
}

function paymentOf(story: Story, state: PaymentState, version: bigint): Payment {
  const [midMinor, markupMinor, residualMinor] = story.parts;
  const conversion = {
    ...{ quoteId: '', rateBoardId: '', rate: '19.7', midRate: '20', referenceRate: '20' },
    ...{ referenceSource: 'ECB 2026-11-13', markupBps: 150 },
    midPart: hkd(midMinor),
    markupPart: hkd(markupMinor),
    residualPart: hkd(residualMinor),
  };
  return {
    paymentId: uuidFrom('payment', story.partnerId, story.name),
    paymentRequestId: story.name,
    ...{ version, state, declineReason: DeclineReason.UNSPECIFIED, method: story.method },
    ...{ partnerId: story.partnerId, issuerId: story.issuerId, merchant: undefined },
    payeeAmount: { currencyCode: story.payeeCurrency, amountMinor: story.payeeMinor },
    payerAmount: hkd(sum(story.parts)),
    conversion: story.payeeCurrency === 'HKD' ? undefined : conversion,
    ...{ refundedPayeeAmount: undefined, refundedPayerAmount: undefined, cancelling: false },
    ...daysOf(story.day),
    ...{ createTime: WHEN, updateTime: WHEN, expireTime: WHEN },
    ...{ payerReference: '8521****', orderDescription: '' },
    ...{
      agreementId: '',
      tipAmount: undefined,
      partnerReference: '',
      settlementAmount: story.settled && shareSettled(story, story.payeeMinor),
      settlementRate: story.settled?.rate ?? '',
    },
  };
}

function daysOf(day = '2026-11-16') {
  return { acquirerClearingDate: day, issuerClearingDate: day };
}

/** The share of the settled amount; the stories that have one are refunded once at most. */
function shareSettled({ settled, payeeMinor }: Story, partMinor: bigint) {
  if (!settled) return undefined;
  const { currencyCode, amountMinor } = settled;
  return { currencyCode, amountMinor: (amountMinor * partMinor) / payeeMinor };
}
