import type { Database } from '@causeway/db';
import { referenceTo } from '../files/movements.ts';
import type { ParticipantRef } from '../participants.ts';
import { type AgreementBook, withChargedItems } from '../windows/draw-up.ts';
import { amountFor, type Item } from '../windows/item.ts';
import { windowBy } from '../windows/store.ts';
import { movementsOf } from '../windows/window.ts';
import type { OurItem, OurMovement, Ours } from './ours.ts';
import { type DueSum, sumsDue, sumsOf } from './windows-store.ts';

/** What runs take from the windows: their lines with fees, and the money that they move. */
export function oursFromWindows(agreements: AgreementBook): Ours {
  return {
    async withItems(db, key, use) {
      // A final window keeps to the agreement that it was made final by.
      const version = (await windowBy(db, key))?.agreementVersion;
      const agreement =
        version === undefined
          ? await agreements.inForce(key.participant, key.clearingDate)
          : await agreements.version(key.participant, version);
      await withChargedItems({ db, agreements }, key, agreement, (items) =>
        use(ourItems(key.participant, items)),
      );
    },
    async *movements(db, due) {
      yield* await allMovements(agreements, await sumsDue(db, due));
    },
    async movementsOf(db: Database, { participant, clearingDate }) {
      return allMovements(agreements, await sumsOf(db, participant, clearingDate));
    },
  };
}

async function* ourItems(
  { kind: side }: ParticipantRef,
  items: AsyncIterable<Item>,
): AsyncGenerator<OurItem> {
  for await (const item of items) {
    yield {
      kind: item.kind,
      subjectId: item.subjectId,
      paymentId: item.paymentId,
      merchantId: item.merchantId,
      ...amountFor(side, item),
      feeMinor: item.fee.totalMinor,
      rate: item.rate,
      settlementRate: item.settlementRate,
      occurredOn: item.occurredAt.toISOString().slice(0, 10),
    };
  }
}

async function allMovements(
  agreements: AgreementBook,
  sums: readonly DueSum[],
): Promise<OurMovement[]> {
  const found: OurMovement[] = [];
  for (const sum of sums) {
    const { method } = await agreements.version(sum.participant, sum.agreementVersion);
    found.push(...movementsOfSum(sum, method));
  }
  return found;
}

/** What an acquirer is owed leaves our account; what a wallet operator owes comes to it. */
function movementsOfSum(sum: DueSum, method: 'net' | 'gross'): OurMovement[] {
  const { participant, clearingDate, currencyCode, valueDate } = sum;
  return movementsOf(sum, method).map((minor, index) => ({
    // As the window's payment files name it.
    reference: referenceTo('movement', sum, currencyCode, String(index + 1)),
    signedMinor: participant.kind === 'acquirer' ? -minor : minor,
    ...{ currencyCode, valueDate },
    told: `${participant.kind} ${participant.id}, ${clearingDate}`,
  }));
}
