import { isCurrency, type Money } from '@causeway/money';
import { freeText, headerOf, majorUnits, minorUnits, plain, recordOf } from './columns.ts';
import { CsvProblem, readRecord, textOf } from './csv.ts';

/** One line of an items file: a captured payment or a refund, as one participant is settled for it. */
export interface ItemLine {
  kind: 'capture' | 'refund';
  paymentId: string;
  /** Empty for a capture. */
  refundId: string;
  /** The acquirer's own id of the payment or of the refund. */
  requestId: string;
  /** Empty where the payment named none. */
  merchantId: string;
  /** The other side: the wallet operator of an acquirer's line, and the other way round. */
  counterpartyId: string;
  /** ISO 8601 in UTC. */
  occurredAt: string;
  acquirerClearingDate: string;
  issuerClearingDate: string;
  payer: Money;
  payee: Money;
  /** The three sum to the payer's amount; all zero where nothing was converted. */
  midMinor: bigint;
  markupMinor: bigint;
  residualMinor: bigint;
  /** Empty where nothing was converted, like both rates. */
  quoteId: string;
  rate: string;
  midRate: string;
  /** What the participant is settled for it, always above or at zero. */
  settled: Money;
  /** Empty where that is the payee's or the payer's amount itself. */
  settlementRate: string;
  /** Below zero where a refund returns some of it. */
  feeMinor: bigint;
  feeBpsPartMinor: bigint;
  feeFixedPartMinor: bigint;
}

type Line = ItemLine;

const COLUMNS = [
  plain<Line>('kind', '`capture` or `refund`', (line) => line.kind),
  plain<Line>('payment_id', 'the payment', (line) => line.paymentId),
  plain<Line>('refund_id', 'the refund; empty for a capture', (line) => line.refundId),
  freeText<Line>(
    'request_id',
    "the acquirer's own id of the payment, or of the refund",
    (line) => line.requestId,
  ),
  freeText<Line>('merchant_id', 'the merchant', (line) => line.merchantId),
  freeText<Line>(
    'counterparty_id',
    "the other participant: the wallet operator in an acquirer's file, the acquirer in a wallet operator's",
    (line) => line.counterpartyId,
  ),
  plain<Line>('occurred_at', 'when it succeeded, ISO 8601 in UTC', (line) => line.occurredAt),
  plain<Line>(
    'acquirer_clearing_date',
    "the acquirer's clearing day",
    (line) => line.acquirerClearingDate,
  ),
  plain<Line>(
    'issuer_clearing_date',
    "the wallet operator's clearing day",
    (line) => line.issuerClearingDate,
  ),
  plain<Line>('payer_currency', 'ISO 4217', (line) => line.payer.currencyCode),
  minorUnits<Line>(
    'payer_minor',
    'what the payer paid or got back, in minor units',
    (line) => line.payer.amountMinor,
  ),
  majorUnits<Line>('payer_amount', 'the same in major units', (line) => line.payer),
  plain<Line>('payee_currency', 'ISO 4217', (line) => line.payee.currencyCode),
  minorUnits<Line>(
    'payee_minor',
    'what the merchant charged or gave back, in minor units',
    (line) => line.payee.amountMinor,
  ),
  majorUnits<Line>('payee_amount', 'the same in major units', (line) => line.payee),
  minorUnits<Line>(
    'mid_minor',
    "of the payer's amount, what the payee's is worth at the middle rate; zero without conversion",
    (line) => line.midMinor,
  ),
  minorUnits<Line>(
    'markup_minor',
    "of the payer's amount, what the markup earns; below zero where the rate beat the middle",
    (line) => line.markupMinor,
  ),
  minorUnits<Line>(
    'residual_minor',
    "of the payer's amount, what rounding up added",
    (line) => line.residualMinor,
  ),
  plain<Line>('quote_id', 'the quote; empty without conversion', (line) => line.quoteId),
  plain<Line>(
    'rate',
    'payee major units per one payer major unit, all in; empty without conversion',
    (line) => line.rate,
  ),
  plain<Line>('mid_rate', "the market's middle, in the same direction", (line) => line.midRate),
  plain<Line>(
    'settlement_currency',
    "the currency of this file's settlement",
    (line) => line.settled.currencyCode,
  ),
  minorUnits<Line>(
    'settlement_minor',
    'what the participant is settled for this item, before its fee, in minor units',
    (line) => line.settled.amountMinor,
  ),
  majorUnits<Line>('settlement_amount', 'the same in major units', (line) => line.settled),
  plain<Line>(
    'settlement_rate',
    "settlement major units per one payee major unit, fixed at capture; empty where the settlement is the payee's or payer's amount itself",
    (line) => line.settlementRate,
  ),
  minorUnits<Line>(
    'fee_minor',
    'the fee for it, in minor units of the settlement; below zero where a refund returns some',
    (line) => line.feeMinor,
  ),
  minorUnits<Line>(
    'fee_bps_part_minor',
    'of the fee, the part by basis points, after minimum and maximum',
    (line) => line.feeBpsPartMinor,
  ),
  minorUnits<Line>(
    'fee_fixed_part_minor',
    'of the fee, the fixed part',
    (line) => line.feeFixedPartMinor,
  ),
];

/** The columns of an items file, in their order. */
export const ITEM_COLUMNS: readonly { name: string; holds: string }[] = COLUMNS;

/** The first line of every items file, with its end. */
export const ITEMS_HEADER = headerOf(COLUMNS);

/** The record of one item, without its line end: the leaf of the hash tree. */
export function itemRecord(line: ItemLine): string {
  return recordOf(COLUMNS, line);
}

/**
 * Reads a record and holds it to be exactly what would be written for it, so that nothing can
 * hide in a form that reads the same. Throws a CsvProblem.
 */
export function readItem(record: string): ItemLine {
  const cells = readRecord(record);
  if (cells.length !== COLUMNS.length) {
    throw new CsvProblem(`${cells.length} cells instead of ${COLUMNS.length}`, 1);
  }
  const byName = new Map(COLUMNS.map(({ name }, index) => [name, cells[index] ?? '']));
  const at = (name: string) => byName.get(name) ?? '';
  const kind = at('kind');
  if (kind !== 'capture' && kind !== 'refund') throw new CsvProblem(`"${kind}" is no kind`, 1);
  const money = (currencyName: string, minorName: string): Money => {
    const currencyCode = at(currencyName);
    if (!isCurrency(currencyCode)) throw new CsvProblem(`${currencyName} is no currency`, 1);
    return { currencyCode, amountMinor: whole(minorName, at(minorName)) };
  };
  const line: ItemLine = {
    kind,
    paymentId: at('payment_id'),
    refundId: at('refund_id'),
    requestId: textOf(at('request_id')),
    merchantId: textOf(at('merchant_id')),
    counterpartyId: textOf(at('counterparty_id')),
    occurredAt: at('occurred_at'),
    acquirerClearingDate: at('acquirer_clearing_date'),
    issuerClearingDate: at('issuer_clearing_date'),
    payer: money('payer_currency', 'payer_minor'),
    payee: money('payee_currency', 'payee_minor'),
    midMinor: whole('mid_minor', at('mid_minor')),
    markupMinor: whole('markup_minor', at('markup_minor')),
    residualMinor: whole('residual_minor', at('residual_minor')),
    quoteId: at('quote_id'),
    rate: at('rate'),
    midRate: at('mid_rate'),
    settled: money('settlement_currency', 'settlement_minor'),
    settlementRate: at('settlement_rate'),
    feeMinor: whole('fee_minor', at('fee_minor')),
    feeBpsPartMinor: whole('fee_bps_part_minor', at('fee_bps_part_minor')),
    feeFixedPartMinor: whole('fee_fixed_part_minor', at('fee_fixed_part_minor')),
  };
  if (itemRecord(line) !== record) throw new CsvProblem('not in the form it is written in', 1);
  return line;
}

function whole(name: string, text: string): bigint {
  if (/^(0|-?[1-9]\d{0,18})$/.test(text)) return BigInt(text);
  throw new CsvProblem(`${name} is not a whole number of minor units`, 1);
}
