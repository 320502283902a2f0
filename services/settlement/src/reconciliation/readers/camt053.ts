import { isCurrency } from '@causeway/money';
import { BalanceCheck } from './balance-check.ts';
import type { BankEntry, StatementFrame } from './bank-entry.ts';
import { EntryDraft } from './camt-entry.ts';
import { amountOf, dayOf, refusedText, textWithin } from './camt-values.ts';
import { FileRefused, type Place } from './file-refused.ts';
import { type Bounds, DEFAULT_BOUNDS, type Reader } from './reader.ts';
import { type XmlElement, XmlReader } from './xml.ts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';
const ROOT = 'Document';
const STATEMENT = 'Document/BkToCstmrStmt/Stmt';
const ENTRY = `${STATEMENT}/Ntry`;
const BALANCE = `${STATEMENT}/Bal`;

interface Balance {
  code?: string;
  currencyCode?: string;
  minor?: bigint;
  direction?: string;
  day?: string;
}

type Told = Partial<StatementFrame>;

/**
 * Reads a bank's statement as camt.053.001.08: one statement of one account, with the balances that
 * it opened and closed with (OPBD, CLBD). Of the message it reads what reconciliation needs and lets
 * the rest stand.
 */
export class Camt053 implements Reader<BankEntry> {
  readonly #xml: XmlReader;
  readonly #balance = new BalanceCheck();
  readonly #maxLines: number;
  #ready: BankEntry[] = [];
  #told: Told = {};
  #entry: EntryDraft | undefined;
  #bal: Balance = {};
  #statements = 0;
  #entries = 0;
  #frame: StatementFrame | undefined;

  constructor({ maxLines }: Bounds = DEFAULT_BOUNDS) {
    this.#maxLines = maxLines;
    this.#xml = new XmlReader(NAMESPACE, {
      opened: (path, place) => this.#opened(path, place),
      closed: (element) => this.#closed(element),
    });
  }

  push(piece: Uint8Array): BankEntry[] {
    this.#xml.push(piece);
    return this.#taken();
  }

  end(): BankEntry[] {
    this.#xml.end();
    if (this.#frame === undefined) throw this.#xml.refused('there is no statement');
    return this.#taken();
  }

  /** What the statement says of itself, once it has ended. */
  get frame(): StatementFrame | undefined {
    return this.#frame;
  }

  #taken(): BankEntry[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #opened(path: string, place: Place): void {
    if (!path.includes('/') && path !== ROOT) throw new FileRefused(place, 'this is no camt.053');
    if (path === STATEMENT) {
      this.#statements += 1;
      if (this.#statements > 1) throw new FileRefused(place, 'a file may hold one statement');
    }
    if (path === BALANCE) this.#bal = {};
    if (path === ENTRY) this.#entry = new EntryDraft(place);
    else if (path.startsWith(ENTRY)) this.#entry?.opened(path.slice(ENTRY.length + 1), place);
  }

  #closed(element: XmlElement): void {
    const { path } = element;
    if (path === ENTRY) this.#entryEnded(element.place);
    else if (path.startsWith(`${ENTRY}/`)) {
      this.#entry?.closed(path.slice(ENTRY.length + 1), element);
    } else if (path === BALANCE) this.#balanceEnded(element.place);
    else if (path.startsWith(`${BALANCE}/`)) this.#balancePart(element);
    else if (path.startsWith(`${STATEMENT}/`)) this.#statementPart(element);
    else if (path === ROOT) this.#documentEnded();
  }

  #statementPart(element: XmlElement): void {
    const told = this.#told;
    switch (element.path.slice(STATEMENT.length + 1)) {
      case 'Id':
        told.statementId = textWithin(element, 35);
        break;
      case 'FrToDt/FrDtTm':
        told.fromDate = dayOf(element);
        break;
      case 'FrToDt/ToDtTm':
        told.toDate = dayOf(element);
        break;
      case 'Acct/Id/IBAN':
      case 'Acct/Id/Othr/Id':
        told.account = textWithin(element, 34);
        break;
      case 'Acct/Ccy':
        if (!isCurrency(element.text)) throw refusedText(element, 'must be a known currency');
        told.currencyCode = element.text;
        break;
      default:
    }
  }

  #balancePart(element: XmlElement): void {
    switch (element.path.slice(BALANCE.length + 1)) {
      case 'Tp/CdOrPrtry/Cd':
        this.#bal.code = element.text;
        break;
      case 'Amt':
        Object.assign(this.#bal, amountOf(element));
        break;
      case 'CdtDbtInd':
        this.#bal.direction = element.text;
        break;
      case 'Dt/Dt':
      case 'Dt/DtTm':
        this.#bal.day = dayOf(element);
        break;
      default:
    }
  }

  #balanceEnded(place: Place): void {
    const { code, currencyCode, minor = 0n, direction, day } = this.#bal;
    if (code !== 'OPBD' && code !== 'CLBD') return;
    if (currencyCode !== this.#told.currencyCode) {
      throw new FileRefused(place, "the balance must be in the account's currency");
    }
    if (direction !== 'CRDT' && direction !== 'DBIT') {
      throw new FileRefused(place, 'the balance is neither CRDT nor DBIT');
    }
    const balanceMinor = direction === 'CRDT' ? minor : -minor;
    if (code === 'OPBD') {
      this.#told.openingMinor = balanceMinor;
      this.#told.fromDate ??= day ?? '';
      this.#balance.opened(balanceMinor);
    } else {
      this.#told.closingMinor = balanceMinor;
      this.#told.toDate ??= day ?? '';
    }
  }

  #entryEnded(place: Place): void {
    const entries = this.#entry?.entries() ?? [];
    this.#entry = undefined;
    const { fromDate = '', toDate = '9999' } = this.#told;
    for (const entry of entries) {
      if (entry.bookingDate < fromDate || entry.bookingDate > toDate) {
        throw new FileRefused(place, 'the entry was booked on no day of the statement');
      }
      this.#entries += 1;
      if (this.#entries > this.#maxLines) {
        throw new FileRefused(place, `there are more than ${this.#maxLines} entries`);
      }
      const numbered = { ...entry, lineNo: this.#entries };
      this.#balance.moved(numbered);
      this.#ready.push(numbered);
    }
  }

  #documentEnded(): void {
    const frame = wholeFrame(this.#told);
    if (typeof frame === 'string') throw this.#xml.refused(`the statement has no ${frame}`);
    const problem = this.#balance.problemWith(frame.closingMinor, frame.currencyCode);
    if (problem !== undefined) throw this.#xml.refused(problem);
    if (this.#balance.lastBooked > frame.toDate || frame.toDate < frame.fromDate) {
      throw this.#xml.refused('the statement ends before it begins, or before an entry');
    }
    this.#frame = frame;
  }
}

/** The frame, or what it lacks. */
function wholeFrame(told: Told): StatementFrame | string {
  const { statementId, account, currencyCode, fromDate, toDate, openingMinor, closingMinor } = told;
  if (statementId === undefined) return 'Stmt/Id';
  if (account === undefined) return 'Acct/Id';
  if (currencyCode === undefined) return 'Acct/Ccy';
  if (openingMinor === undefined) return 'balance OPBD';
  if (closingMinor === undefined) return 'balance CLBD';
  if (fromDate === undefined || fromDate === '') return 'first day';
  if (toDate === undefined || toDate === '') return 'last day';
  return { statementId, account, currencyCode, fromDate, toDate, openingMinor, closingMinor };
}
