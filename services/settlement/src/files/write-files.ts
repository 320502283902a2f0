import type { Certificate } from '@causeway/clearing';
import type { Agreement } from '../agreements/agreement.ts';
import { amountFor, type Item } from '../windows/item.ts';
import type { WindowKey, WindowSum } from '../windows/window.ts';
import { Uploads } from './chunks.ts';
import { CurrencyFiles, type FilesTarget, type FinishedCurrency } from './currency-files.ts';
import type { KeptFile } from './store.ts';
import { type FiledCharge, type FiledCurrency, NO_CURRENCY } from './window-file.ts';

/** What a window comes to in one currency, as its files need it. */
export interface FiledSum extends WindowSum {
  /** How many of its items are refunds. */
  refundCount: bigint;
}

/** A window that has become final. */
export interface WindowToFile {
  window: WindowKey;
  /** One for each currency; none at all where nothing says in which currency the day is empty. */
  sums: readonly FiledSum[];
  agreement: Agreement;
  /** What it charges besides its items; of each kind and currency it sums to the window's. */
  charges: readonly FiledCharge[];
  /** When the day was closed, which all files bear: made again, they are the same. */
  closedAt: Date;
}

/** The files of a window and what is to be certified of them. */
export interface WrittenFiles {
  files: KeptFile[];
  certificate: Certificate;
}

/**
 * Writes all files of a window from one pass over its items, which come by currency, then payment.
 * Memory stays that of a few chunks, however many there are. Throws where the items do not come to
 * the sums.
 */
export async function writeFiles(
  target: FilesTarget,
  given: WindowToFile,
  items: AsyncIterable<Item>,
): Promise<WrittenFiles> {
  const uploads = new Uploads();
  const waiting = currenciesOf(given);
  const finished: FinishedCurrency[] = [];
  const next = () => {
    const currency = waiting.shift();
    return currency && new CurrencyFiles(currency, target, uploads);
  };
  let current = next();
  for await (const item of items) {
    const { currencyCode } = amountFor(given.window.participant.kind, item);
    while (current !== undefined && current.currencyCode !== currencyCode) {
      finished.push(await current.finish());
      current = next();
    }
    if (current === undefined)
      throw new Error(`an item in ${currencyCode} has no sum, or no order`);
    const full = current.take(item);
    if (full !== undefined) await full;
  }
  for (; current !== undefined; current = next()) finished.push(await current.finish());
  await uploads.finish();
  const { participant, clearingDate } = given.window;
  return {
    files: finished.flatMap(({ files }) => files),
    certificate: {
      participantKind: participant.kind,
      participantId: participant.id,
      clearingDate,
      currencies: finished.map(({ certified }) => certified),
    },
  };
}

function currenciesOf({ sums, charges, ...about }: WindowToFile): FiledCurrency[] {
  const all = sums.length === 0 ? [emptySum(about.window)] : sums;
  return all
    .toSorted((a, b) => (a.currencyCode < b.currencyCode ? -1 : 1))
    .map(({ refundCount, ...sum }) => ({
      ...{ ...about, sum, refundCount },
      charges: charges.filter(({ currencyCode }) => currencyCode === sum.currencyCode),
    }));
}

/** An empty day has files too, in no currency where none was agreed. */
function emptySum({ clearingDate }: WindowKey): FiledSum {
  return {
    currencyCode: NO_CURRENCY,
    ...{ itemCount: 0n, refundCount: 0n, capturedMinor: 0n, refundedMinor: 0n, feesMinor: 0n },
    ...{ adjustmentsMinor: 0n, disputesMinor: 0n, carriedMinor: 0n },
    ...{ reserveMinor: 0n, releasedMinor: 0n, netMinor: 0n, dueMinor: 0n },
    ...{ monthVolumeMinor: 0n, feeTier: 1, valueDate: clearingDate, releaseDate: undefined },
  };
}
