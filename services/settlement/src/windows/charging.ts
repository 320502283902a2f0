import type { Agreement } from '../agreements/agreement.ts';
import { feeScheduleOf } from '../agreements/agreement.ts';
import { type Fee, feeFor, feeReturnedSoFar } from '../fees/fee.ts';
import { type FeeSchedule, type NumberedTier, tierFor } from '../fees/schedule.ts';
import type { Side } from '../participants.ts';
import { amountFor, type Item, type PricedItem, type RefundedPayment } from './item.ts';

/** By what a payment is charged. */
export interface ChargeTerms {
  schedule: FeeSchedule;
  tier: NumberedTier;
}

/** Finds by what the payments of an earlier day were charged, which refunds give back. */
export type TermsOfDay = (capturedOn: string, currencyCode: string) => Promise<ChargeTerms>;

/** By what a window charges its own payments in a currency. */
export function termsOf(
  agreement: Agreement,
  currencyCode: string,
  monthVolumeMinor: bigint,
): ChargeTerms {
  const schedule = feeScheduleOf(agreement, currencyCode);
  return { schedule, tier: tierFor(schedule, monthVolumeMinor) };
}

/** The lines of a window, each with its fee for the participant on that side. */
export async function* charged(
  side: Side,
  items: AsyncIterable<PricedItem> | readonly PricedItem[],
  termsOfDay: TermsOfDay,
): AsyncGenerator<Item> {
  for await (const { refundOf, ...item } of items) {
    const { currencyCode, amountMinor } = amountFor(side, item);
    const ownDay = side === 'acquirer' ? item.acquirerClearingDate : item.issuerClearingDate;
    const terms = await termsOfDay(refundOf?.capturedOn ?? ownDay, currencyCode);
    const fee = refundOf
      ? returned(terms, refundOf, amountMinor)
      : feeFor(terms.schedule, terms.tier, amountMinor);
    yield { ...item, fee };
  }
}

/** What a refund gives back of its payment's fee, below zero: all of it as a share. */
function returned({ schedule, tier }: ChargeTerms, of: RefundedPayment, refundMinor: bigint): Fee {
  const { capturedMinor, refundedBeforeMinor } = of;
  const feeMinor = feeFor(schedule, tier, capturedMinor).totalMinor;
  const soFar = (refundedMinor: bigint) =>
    feeReturnedSoFar(schedule, { feeMinor, capturedMinor }, refundedMinor);
  const totalMinor = soFar(refundedBeforeMinor) - soFar(refundedBeforeMinor + refundMinor);
  return { totalMinor, bpsPartMinor: totalMinor, fixedPartMinor: 0n };
}
