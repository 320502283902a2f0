import {
  DeclineReason,
  type Money,
  type Payment,
  PaymentMethod,
  PaymentState,
} from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';

/** A payment as the tests of exposures need it: what it did to a pair, and how it went on. */
export interface Story {
  name: string;
  payer?: string;
  payee?: string;
  payeeMinor: bigint;
  /** What the payee's amount is worth at the middle rate. */
  midMinor: bigint;
  refunds?: readonly { payeeMinor: bigint; midMinor: bigint }[];
  cancelled?: boolean;
  /** The version of the first fact. Default 2. */
  firstVersion?: number;
}

const WHEN = new Date(Date.UTC(2026, 10, 16, 4));

/** All facts of a story, encoded as the stream carries them, in their order. */
export function factsOf(story: Story): { payload: Uint8Array }[] {
  const { refunds = [], cancelled = false, firstVersion = 2 } = story;
  const payer = (amountMinor: bigint): Money => ({
    currencyCode: story.payer ?? 'HKD',
    amountMinor,
  });
  const payee = (amountMinor: bigint): Money => ({
    currencyCode: story.payee ?? 'JPY',
    amountMinor,
  });
  const kinds: PaymentFact['kind'][] = [
    { $case: 'succeeded', value: {} },
    ...refunds.map((refund, index): PaymentFact['kind'] => ({
      $case: 'refundSucceeded',
      value: {
        refund: {
          refundId: uuidFrom('refund', story.name, String(index)),
          ...{ paymentId: '', refundRequestId: String(index), state: 2, reason: '' },
          payeeAmount: payee(refund.payeeMinor),
          payerAmount: payer(refund.midMinor + 1n),
          ...{ createTime: WHEN, updateTime: WHEN },
          ...{ acquirerClearingDate: '', issuerClearingDate: '', settlementAmount: undefined },
        },
        midPart: payer(refund.midMinor),
        markupPart: payer(1n),
        residualPart: payer(0n),
      },
    })),
    ...(cancelled ? [{ $case: 'cancelled', value: { wasCaptured: true } } as const] : []),
  ];
  const payment = paymentOf(story.name, payee(story.payeeMinor), payer(story.midMinor));
  return kinds.map((kind, index) => {
    const version = BigInt(index + firstVersion);
    const factId = uuidFrom('fact', payment.paymentId, String(version));
    const uncovered = { issuerCovered: false, acquirerCovered: false };
    const named = { factId, version, occurTime: WHEN, payment, routeId: 'test' };
    const fact = { ...named, ...uncovered, kind };
    return { payload: PaymentFact.encode(fact).finish() };
  });
}

function paymentOf(name: string, payeeAmount: Money, midPart: Money): Payment {
  const nothing = { currencyCode: midPart.currencyCode, amountMinor: 0n };
  const conversion = {
    ...{ quoteId: '', rateBoardId: '', rate: '20', midRate: '20', referenceRate: '20' },
    ...{ referenceSource: '', markupBps: 0, midPart, markupPart: nothing, residualPart: nothing },
  };
  return {
    paymentId: uuidFrom('payment', 'sakura', name),
    ...{ paymentRequestId: name, version: 2n, state: PaymentState.SUCCEEDED },
    ...{ declineReason: DeclineReason.UNSPECIFIED, method: PaymentMethod.CODE },
    ...{ partnerId: 'sakura', issuerId: 'harbour-wallet', merchant: undefined, payeeAmount },
    payerAmount: midPart,
    conversion: payeeAmount.currencyCode === midPart.currencyCode ? undefined : conversion,
    ...{ refundedPayeeAmount: undefined, refundedPayerAmount: undefined, cancelling: false },
    ...{ acquirerClearingDate: '', issuerClearingDate: '', payerReference: '' },
    ...{ createTime: WHEN, updateTime: WHEN, expireTime: WHEN, orderDescription: '' },
    ...{
      agreementId: '',
      tipAmount: undefined,
      partnerReference: '',
      settlementAmount: undefined,
      settlementRate: '',
    },
  };
}
