import { type BankEntry, signedOf } from './bank-entry.ts';
import { amountOf, dayOf, refusedText, textWithin } from './camt-values.ts';
import { FileRefused, type Place } from './file-refused.ts';
import type { XmlElement } from './xml.ts';

/** One payment of an entry that a bank booked in one sum. */
interface Detail {
  endToEndId?: string;
  currencyCode?: string;
  minor?: bigint;
  direction?: BankEntry['direction'];
  reference?: string;
}

const DETAIL = 'NtryDtls/TxDtls';
const MAX_DETAILS = 1_000;
const MAX_REFERENCE = 500;
/** What a bank writes where it was given nothing. */
const NOT_PROVIDED = 'NOTPROVIDED';

/** One Ntry while it is read. */
export class EntryDraft {
  readonly #place: Place;
  readonly #told: Partial<BankEntry> = {};
  readonly #details: Detail[] = [];

  constructor(place: Place) {
    this.#place = place;
  }

  /** An element inside begins. Throws FileRefused. */
  opened(path: string, place: Place): void {
    if (path !== DETAIL) return;
    if (this.#details.length >= MAX_DETAILS) {
      throw new FileRefused(place, `an entry may hold ${MAX_DETAILS} payments`);
    }
    this.#details.push({});
  }

  /** An element inside has ended. Throws FileRefused. */
  closed(path: string, element: XmlElement): void {
    const detail = this.#details.at(-1);
    if (path.startsWith(`${DETAIL}/`) && detail !== undefined) {
      readDetail(detail, path.slice(DETAIL.length + 1), element);
    } else this.#part(path, element);
  }

  #part(path: string, element: XmlElement): void {
    const told = this.#told;
    switch (path) {
      case 'NtryRef':
        told.entryReference ??= textWithin(element, 35);
        break;
      case 'AcctSvcrRef':
        told.entryReference = textWithin(element, 35);
        break;
      case 'Amt': {
        const { currencyCode, minor } = amountOf(element);
        Object.assign(told, { currencyCode, amountMinor: minor });
        break;
      }
      case 'CdtDbtInd':
        told.direction = directionOf(element);
        break;
      case 'RvslInd':
        told.reversal = element.text === 'true' || element.text === '1';
        break;
      case 'Sts/Cd':
        told.status = statusOf(element);
        break;
      case 'BookgDt/Dt':
      case 'BookgDt/DtTm':
        told.bookingDate = dayOf(element);
        break;
      case 'ValDt/Dt':
      case 'ValDt/DtTm':
        told.valueDate = dayOf(element);
        break;
      case 'AddtlNtryInf':
        told.reference = joined(told.reference, element.text);
        break;
      default:
    }
  }

  /** What it amounts to: one movement, or one for each payment of a sum. Throws FileRefused. */
  entries(): Omit<BankEntry, 'lineNo'>[] {
    const whole = this.#whole();
    const [first, ...others] = this.#details;
    if (others.length === 0) {
      const reference = joined(whole.reference, first?.reference);
      return [{ ...whole, endToEndId: first?.endToEndId, reference }];
    }
    const parts = this.#details.map((detail) => partOf(whole, detail));
    const sumMinor = parts.reduce((sum, part) => sum + signedOf(part), 0n);
    if (parts.some(({ currencyCode }) => currencyCode !== whole.currencyCode)) {
      throw new FileRefused(this.#place, 'a payment of the entry has no amount in its currency');
    }
    if (sumMinor !== signedOf(whole)) {
      throw new FileRefused(this.#place, 'the payments of the entry do not sum to it');
    }
    return parts;
  }

  #whole(): Omit<BankEntry, 'lineNo'> {
    const { currencyCode, amountMinor, direction, status, bookingDate, valueDate } = this.#told;
    const day = bookingDate ?? valueDate;
    if (currencyCode === undefined || amountMinor === undefined) throw this.#lacks('Amt');
    if (direction === undefined) throw this.#lacks('CdtDbtInd');
    if (status === undefined) throw this.#lacks('Sts');
    if (day === undefined) throw this.#lacks('BookgDt or ValDt');
    return {
      ...{ currencyCode, amountMinor, direction, status, bookingDate: day },
      valueDate: valueDate ?? day,
      entryReference: this.#told.entryReference,
      endToEndId: undefined,
      reversal: this.#told.reversal ?? false,
      reference: this.#told.reference,
    };
  }

  #lacks(what: string): FileRefused {
    return new FileRefused(this.#place, `the entry has no ${what}`);
  }
}

function readDetail(detail: Detail, path: string, element: XmlElement): void {
  switch (path) {
    case 'Refs/EndToEndId': {
      const endToEndId = textWithin(element, 35);
      if (endToEndId !== NOT_PROVIDED) detail.endToEndId = endToEndId;
      break;
    }
    case 'Amt':
      Object.assign(detail, amountOf(element));
      break;
    case 'CdtDbtInd':
      detail.direction = directionOf(element);
      break;
    case 'RmtInf/Ustrd':
    case 'AddtlTxInf': {
      const reference = joined(detail.reference, element.text);
      if (reference !== undefined) detail.reference = reference;
      break;
    }
    default:
  }
}

function partOf(whole: Omit<BankEntry, 'lineNo'>, detail: Detail): Omit<BankEntry, 'lineNo'> {
  return {
    ...whole,
    endToEndId: detail.endToEndId,
    currencyCode: detail.currencyCode ?? '',
    amountMinor: detail.minor ?? 0n,
    direction: detail.direction ?? whole.direction,
    reference: joined(whole.reference, detail.reference),
  };
}

function directionOf(element: XmlElement): BankEntry['direction'] {
  if (element.text === 'CRDT') return 'credit';
  if (element.text === 'DBIT') return 'debit';
  throw refusedText(element, 'must be CRDT or DBIT');
}

/** BOOK is final; whatever else a bank says of an entry, it has not moved money yet. */
function statusOf(element: XmlElement): BankEntry['status'] {
  return element.text === 'BOOK' ? 'booked' : 'pending';
}

function joined(before: string | undefined, text: string | undefined): string | undefined {
  const all = [before, text].filter((part) => part !== undefined && part !== '').join(' ');
  return all === '' ? undefined : all.slice(0, MAX_REFERENCE);
}
