import { canonical, type Document } from './canonical.ts';
import { isSigned, type SigningKey, signText } from './signing.ts';

/** Which form of certificate this is; it stands in what is signed. */
const VERSION = 'causeway.settlement.certificate.v1';

/** One file of a window, by its content. */
export interface CertifiedFile {
  /** For example `items.csv` or `camt.053`. */
  kind: string;
  name: string;
  sizeBytes: bigint;
  /** SHA-256 of the content, 64 hex digits. */
  sha256: string;
}

/** What a window comes to in one currency. Amounts are minor units. */
export interface CurrencyTotals {
  currencyCode: string;
  itemCount: bigint;
  refundCount: bigint;
  capturedMinor: bigint;
  refundedMinor: bigint;
  feesMinor: bigint;
  adjustmentsMinor: bigint;
  disputesMinor: bigint;
  carriedMinor: bigint;
  /** Held back of this window. */
  reserveMinor: bigint;
  /** Let go of what earlier windows held back. */
  releasedMinor: bigint;
  netMinor: bigint;
  /** What of it moves on the value date; the rest is carried. */
  dueMinor: bigint;
  valueDate: string;
}

/** The totals with the root over the lines of the items file, and all files of the currency. */
export interface CertifiedCurrency extends CurrencyTotals {
  /** The root of the hash tree, 64 hex digits. */
  treeRoot: string;
  files: readonly CertifiedFile[];
}

/** What the switch states of one window. */
export interface Certificate {
  participantKind: 'acquirer' | 'issuer';
  participantId: string;
  clearingDate: string;
  /** In the order of their codes. */
  currencies: readonly CertifiedCurrency[];
}

/** A certificate as it was read, with what its signature says. */
export interface ReadCertificate extends Certificate {
  keyId: string;
  /** The key that the document names; whether to trust it is for the reader. */
  publicKey: Uint8Array;
  /** Whether that key signed exactly this. */
  isSigned: boolean;
}

/** The signed document: one line of canonical JSON and a line feed. */
export function certificateDocument(certificate: Certificate, key: SigningKey): string {
  const stated = statement(certificate, key.id);
  const signature = signText(canonical(stated), key).toString('hex');
  const publicKey = Buffer.from(key.publicKey).toString('hex');
  return `${canonical({ certificate: stated, public_key: publicKey, signature })}\n`;
}

function statement(certificate: Certificate, keyId: string): Document {
  return {
    version: VERSION,
    key_id: keyId,
    participant_kind: certificate.participantKind,
    participant_id: certificate.participantId,
    clearing_date: certificate.clearingDate,
    currencies: certificate.currencies.map(({ files, treeRoot, ...totals }) => ({
      ...Object.fromEntries(TOTALS.map(([name, key]) => [name, String(totals[key])])),
      tree_root: treeRoot,
      files: files.map(({ kind, name, sizeBytes, sha256 }) => ({
        ...{ kind, name, sha256 },
        size_bytes: String(sizeBytes),
      })),
    })),
  };
}

/** The names of the totals in the document. */
const TOTALS = [
  ['currency_code', 'currencyCode'],
  ['item_count', 'itemCount'],
  ['refund_count', 'refundCount'],
  ['captured_minor', 'capturedMinor'],
  ['refunded_minor', 'refundedMinor'],
  ['fees_minor', 'feesMinor'],
  ['adjustments_minor', 'adjustmentsMinor'],
  ['disputes_minor', 'disputesMinor'],
  ['carried_minor', 'carriedMinor'],
  ['reserve_minor', 'reserveMinor'],
  ['released_minor', 'releasedMinor'],
  ['net_minor', 'netMinor'],
  ['due_minor', 'dueMinor'],
  ['value_date', 'valueDate'],
] as const satisfies readonly (readonly [string, keyof CurrencyTotals])[];

/** A document that is no certificate, or not in its one form. */
export class NotACertificate extends Error {
  override readonly name = 'NotACertificate';
}

/**
 * Reads a document and checks its signature. Throws NotACertificate where it is anything but
 * the canonical text, so that a certificate has one form only.
 */
export function readCertificate(text: string): ReadCertificate {
  const document = objectOf(parsed(text), 'the document');
  if (`${canonical(document)}\n` !== text) throw new NotACertificate('it is not in canonical form');
  const stated = objectOf(document.certificate, 'certificate');
  if (stated.version !== VERSION) throw new NotACertificate('it is of another version');
  const participantKind = textAt(stated, 'participant_kind');
  if (participantKind !== 'acquirer' && participantKind !== 'issuer') {
    throw new NotACertificate('participant_kind is neither acquirer nor issuer');
  }
  const publicKey = bytesAt(document, 'public_key', 32);
  const signature = bytesAt(document, 'signature', 64);
  return {
    participantKind,
    participantId: textAt(stated, 'participant_id'),
    clearingDate: textAt(stated, 'clearing_date'),
    currencies: listAt(stated, 'currencies').map((one) => readCurrency(objectOf(one, 'currency'))),
    keyId: textAt(stated, 'key_id'),
    publicKey,
    isSigned: isSigned(canonical(stated), signature, publicKey),
  };
}

function readCurrency(from: Fields): CertifiedCurrency {
  return {
    currencyCode: textAt(from, 'currency_code'),
    itemCount: wholeAt(from, 'item_count'),
    refundCount: wholeAt(from, 'refund_count'),
    capturedMinor: wholeAt(from, 'captured_minor'),
    refundedMinor: wholeAt(from, 'refunded_minor'),
    feesMinor: wholeAt(from, 'fees_minor'),
    adjustmentsMinor: wholeAt(from, 'adjustments_minor'),
    disputesMinor: wholeAt(from, 'disputes_minor'),
    carriedMinor: wholeAt(from, 'carried_minor'),
    reserveMinor: wholeAt(from, 'reserve_minor'),
    releasedMinor: wholeAt(from, 'released_minor'),
    netMinor: wholeAt(from, 'net_minor'),
    dueMinor: wholeAt(from, 'due_minor'),
    valueDate: textAt(from, 'value_date'),
    treeRoot: textAt(from, 'tree_root'),
    files: listAt(from, 'files').map((one) => {
      const file = objectOf(one, 'file');
      return {
        kind: textAt(file, 'kind'),
        name: textAt(file, 'name'),
        sizeBytes: wholeAt(file, 'size_bytes'),
        sha256: textAt(file, 'sha256'),
      };
    }),
  };
}

type Fields = { readonly [key: string]: Document };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotACertificate('it is not JSON');
  }
}

/** Whatever is in it is read by name, and then has to be a text, a list or an object. */
function objectOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw new NotACertificate(`${what} is not an object of texts and lists`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isDocument(value);
}

function isDocument(value: unknown): value is Document {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(isDocument);
}

function textAt(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new NotACertificate(`${name} is not a text`);
}

/** Hex, since base64 has several forms of the same bytes. */
function bytesAt(fields: Fields, name: string, length: number): Buffer {
  const hex = textAt(fields, name);
  if (hex.length === 2 * length && /^[0-9a-f]*$/.test(hex)) return Buffer.from(hex, 'hex');
  throw new NotACertificate(`${name} is not ${length} bytes in hex`);
}

function listAt(fields: Fields, name: string): readonly Document[] {
  const value = fields[name];
  if (Array.isArray(value)) return value;
  throw new NotACertificate(`${name} is not a list`);
}

function wholeAt(fields: Fields, name: string): bigint {
  const text = textAt(fields, name);
  if (/^(0|-?[1-9]\d{0,18})$/.test(text)) return BigInt(text);
  throw new NotACertificate(`${name} is not a whole number`);
}
