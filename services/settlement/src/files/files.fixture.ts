import { readCertificate } from '@causeway/clearing';
import type { Queryable } from '@causeway/db';
import { fineBps, parseRate, payerAmountFor, splitPayer } from '@causeway/money';
import { uuidFrom } from '@causeway/runtime';
import { type Agreement, builtInAgreement } from '../agreements/agreement.ts';
import type { Side } from '../participants.ts';
import { amountFor, type Item } from '../windows/item.ts';
import { netOf, type WindowKey } from '../windows/window.ts';
import { unpacked } from './chunks.ts';
import type { FilesTarget } from './currency-files.ts';
import { certificateOf, filesOf } from './store.ts';
import { type FiledCharge, NO_CURRENCY } from './window-file.ts';
import type { FiledSum, WindowToFile, WrittenFiles } from './write-files.ts';

export const DAY = '2026-03-13';

const HKD_JPY = { rate: '19.1234567891', midRate: '19.4100000001' };
const HKD_THB = { rate: '4.51', midRate: '4.58' };

/** The capture with this number, in yen unless told; ids follow from the number. */
export function capture(index: number, changes: Partial<Item> = {}): Item {
  const payee = changes.payee ?? {
    currencyCode: 'JPY',
    amountMinor: BigInt(1_000 + (index % 997)),
  };
  const { rate, midRate } = payee.currencyCode === 'JPY' ? HKD_JPY : HKD_THB;
  const priced = { payee, payerCurrency: 'HKD', rate: parseRate(rate) };
  const payerAmountMinor = payerAmountFor({ ...priced, rounding: 'up' });
  const paymentId = uuidFrom('payment', 'sakura', String(index));
  return {
    kind: 'capture',
    paymentId,
    subjectId: paymentId,
    requestId: `order-${index}`,
    merchantId: uuidFrom('merchant', 'kumo'),
    issuerId: 'harbour-wallet',
    partnerId: 'sakura',
    payer: { currencyCode: 'HKD', amountMinor: payerAmountMinor },
    payee,
    ...splitPayer({ ...priced, payerAmountMinor, midRate: parseRate(midRate) }),
    quoteId: uuidFrom('quote', String(index)),
    ...{ rate, midRate },
    ...{ settlement: undefined, settlementRate: undefined },
    occurredAt: new Date(Date.UTC(2026, 2, 13, 4, 5, 6, index % 1_000)),
    ...{ acquirerClearingDate: DAY, issuerClearingDate: DAY },
    fee: { totalMinor: 14n, bpsPartMinor: 10n, fixedPartMinor: 4n },
    ...changes,
  };
}

/** The refund of a hundred yen of that capture, by somebody who wants it to be a formula. */
export function refund(index: number, changes: Partial<Item> = {}): Item {
  return capture(index, {
    kind: 'refund',
    subjectId: uuidFrom('refund', String(index)),
    requestId: `=HYPERLINK("http://x","order ${index}")`,
    payer: { currencyCode: 'HKD', amountMinor: 522n },
    payee: { currencyCode: 'JPY', amountMinor: 100n },
    ...{ midMinor: 515n, markupMinor: 7n, residualMinor: 0n },
    fee: { totalMinor: -1n, bpsPartMinor: -1n, fixedPartMinor: 0n },
    ...changes,
  });
}

/** An agreement with fees, a reserve and an account in yen. */
export const AGREEMENT: Agreement = {
  ...builtInAgreement({ kind: 'acquirer', id: 'sakura' }),
  fees: ['JPY', 'HKD', 'THB'].map((currencyCode) => ({
    ...{ currencyCode, minMinor: 10n, maxMinor: 5_000n, refundable: true },
    tiers: [
      { fromVolumeMinor: 0n, bps: fineBps(120), fixedMinor: 5n },
      { fromVolumeMinor: 1_000_000n, bps: fineBps(100), fixedMinor: 4n },
    ],
  })),
  payoutAccounts: [
    {
      currencyCode: 'JPY',
      name: 'Sakura & Söhne 株式会社',
      account: { localNumber: '0012345678' },
      bic: 'BOTKJPJT',
      address: { line: '1-2-3 Ōtemachi', city: 'Tōkyō', postalCode: '100-0004', countryCode: 'JP' },
    },
  ],
};

/** The window that holds these items and corrections, for either side. */
export function windowOf(
  kind: Side,
  items: readonly Item[],
  charges: readonly FiledCharge[] = [],
  changes: Partial<FiledSum> = {},
): WindowToFile {
  const id = kind === 'acquirer' ? 'sakura' : 'harbour-wallet';
  const currencies = new Set(items.map((item) => amountFor(kind, item).currencyCode));
  return {
    window: { participant: { kind, id }, clearingDate: DAY },
    sums: [...currencies].map((currencyCode) => ({
      ...sumOf(
        items.filter((item) => amountFor(kind, item).currencyCode === currencyCode),
        kind,
        charges.filter((charge) => charge.currencyCode === currencyCode),
        { currencyCode, ...changes },
      ),
    })),
    agreement: AGREEMENT,
    charges,
    closedAt: new Date('2026-03-13T15:15:00.000Z'),
  };
}

function sumOf(
  items: readonly Item[],
  kind: Side,
  charges: readonly FiledCharge[],
  changes: Partial<FiledSum> & { currencyCode: string },
): FiledSum {
  const total = (some: readonly Item[]) =>
    some.reduce((sum, item) => sum + amountFor(kind, item).amountMinor, 0n);
  const charged = (of: string) =>
    charges
      .filter((charge) => charge.kind === of)
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const refunds = items.filter((item) => item.kind === 'refund');
  const parts = {
    itemCount: BigInt(items.length),
    refundCount: BigInt(refunds.length),
    capturedMinor: total(items.filter((item) => item.kind === 'capture')),
    refundedMinor: total(refunds),
    feesMinor: items.reduce((sum, { fee }) => sum + fee.totalMinor, 0n),
    adjustmentsMinor: charged('adjustment'),
    disputesMinor: charged('dispute'),
    carriedMinor: charged('carry'),
    ...{ reserveMinor: 0n, releasedMinor: 0n, monthVolumeMinor: 2_000_000n, feeTier: 2 },
    ...{ valueDate: '2026-03-16', releaseDate: undefined },
    ...changes,
  };
  const netMinor = netOf(parts);
  return { ...parts, netMinor, dueMinor: changes.dueMinor ?? netMinor };
}

/** The items one by one, as a query hands them on. */
export async function* streamed(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

/** Keeps what files are made of in memory. */
export class KeptChunks {
  readonly #chunks = new Map<string, Buffer[]>();

  readonly target: FilesTarget = ({ currencyCode, kind }) => ({
    put: async (position, bytes) => {
      const name = `${currencyCode} ${kind}`;
      const chunks = this.#chunks.get(name) ?? [];
      chunks[position] = bytes;
      this.#chunks.set(name, chunks);
    },
  });

  /** Every file by its currency and kind, for example `JPY items.csv`. */
  async texts({ files }: WrittenFiles): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    for (const { currencyCode, kind } of files) {
      const name = `${currencyCode} ${kind}`;
      const chunks = await Promise.all((this.#chunks.get(name) ?? []).map(unpacked));
      texts.set(name, Buffer.concat(chunks).toString());
    }
    return texts;
  }
}

/** What the certificate of a window says is its net in each currency; undefined without files. */
export async function certifiedNets(
  db: Queryable,
  window: WindowKey,
): Promise<string[] | undefined> {
  const document = (await certificateOf(db, window))?.document;
  if (document === undefined) return undefined;
  const { isSigned, currencies } = readCertificate(document);
  const files = await filesOf(db, window);
  if (!isSigned || files.length < 7 * currencies.length) return ['incomplete'];
  return currencies
    .filter(({ currencyCode }) => currencyCode !== NO_CURRENCY)
    .map(({ currencyCode, netMinor }) => `${currencyCode} ${netMinor}`);
}
