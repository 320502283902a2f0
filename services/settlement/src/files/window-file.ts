import type { ItemLine } from '@causeway/clearing';
import type { Agreement } from '../agreements/agreement.ts';
import type { ParticipantRef } from '../participants.ts';
import type { Item } from '../windows/item.ts';
import type { WindowKey, WindowSum } from '../windows/window.ts';

/** What kinds of files a window has in each currency, in the order in which they are listed. */
export const FILE_KINDS = [
  'items.csv',
  'fees.csv',
  'summary.csv',
  'settlement.csv',
  'pacs.009',
  'pain.001',
  'camt.053',
  'camt.054',
  'pacs.004',
] as const;

export type FileKind = (typeof FILE_KINDS)[number];

/** The currency of a window that has none: what ISO 4217 has for "no currency". */
export const NO_CURRENCY = 'XXX';

/** What a window charges besides its items. */
export interface FiledCharge {
  /** `adjustment`, `dispute` or `carry`. */
  kind: string;
  currencyCode: string;
  /** Signed: what an acquirer is owed more, or a wallet operator owes more. */
  amountMinor: bigint;
  reference: string;
}

/** A final window in one currency, as its files tell it. */
export interface FiledCurrency {
  window: WindowKey;
  sum: WindowSum;
  /** How many of its items are refunds. */
  refundCount: bigint;
  agreement: Agreement;
  /** Those of this currency. */
  charges: readonly FiledCharge[];
  /** When the day was closed: the time that all of its files bear. */
  closedAt: Date;
}

/** An item with its line and the record of it, made once for all files. */
export interface FiledItem {
  item: Item;
  line: ItemLine;
  record: string;
}

/** Writes one file, piece by piece; the pieces in order are the file. */
export interface FileWriter {
  begin(): string;
  /** The pieces of one item, where the file tells items. */
  item?(item: FiledItem): string;
  end(): string;
}

const ENDINGS: Record<FileKind, string> = {
  'items.csv': 'items.csv',
  'fees.csv': 'fees.csv',
  'summary.csv': 'summary.csv',
  'settlement.csv': 'settlement.csv',
  'pacs.009': 'pacs.009.001.08.xml',
  'pain.001': 'pain.001.001.09.xml',
  'camt.053': 'camt.053.001.08.xml',
  'camt.054': 'camt.054.001.08.xml',
  'pacs.004': 'pacs.004.001.11.xml',
};

/** The start of the names of a window's files; a participant's id may hold what a name may not. */
export function stemOf({ participant, clearingDate }: WindowKey): string {
  return `${participant.kind}_${encodeURIComponent(participant.id)}_${clearingDate}`;
}

/** The name of a file, unique among all windows. */
export function fileName(window: WindowKey, currencyCode: string, kind: FileKind): string {
  return `${stemOf(window)}_${currencyCode}_${ENDINGS[kind]}`;
}

/** The other side of an item. */
export function counterpartyOf(
  { participant }: WindowKey,
  { issuerId, partnerId }: Pick<Item, 'issuerId' | 'partnerId'>,
): ParticipantRef {
  return participant.kind === 'acquirer'
    ? { kind: 'issuer', id: issuerId }
    : { kind: 'acquirer', id: partnerId };
}
