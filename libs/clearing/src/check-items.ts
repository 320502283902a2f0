import { MoneyError, parseRate, payeeAmountFor, payerAmountFor, splitPayer } from '@causeway/money';
import type { Certificate, CertifiedCurrency } from './certificate.ts';
import { CsvProblem, LINE_END } from './csv.ts';
import { ITEMS_HEADER, type ItemLine, readItem } from './items.ts';
import { HashTree, leafHash } from './tree.ts';

/** What is wrong with a file, and where; `line` counts from 1, the header is line 1. */
export interface ItemsProblem {
  line: number;
  message: string;
}

/** What an items file comes to, recomputed from its lines alone. */
export interface RecomputedItems {
  itemCount: bigint;
  refundCount: bigint;
  capturedMinor: bigint;
  refundedMinor: bigint;
  feesMinor: bigint;
  /** Those of the items; undefined where there are none. */
  currencyCode: string | undefined;
  /** 64 hex digits. */
  treeRoot: string;
  problemCount: number;
  /** The first of them. */
  problems: readonly ItemsProblem[];
}

const MAX_PROBLEMS = 20;
const HEADER = ITEMS_HEADER.slice(0, -LINE_END.length);

/** Reads an items file line by line, in constant memory, and recomputes all that follows from it. */
export class ItemsCheck {
  readonly #tree = new HashTree();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #window: Pick<Certificate, 'participantKind' | 'clearingDate'>;
  readonly #problems: ItemsProblem[] = [];
  readonly #sums = {
    itemCount: 0n,
    refundCount: 0n,
    capturedMinor: 0n,
    refundedMinor: 0n,
    feesMinor: 0n,
  };
  #problemCount = 0;
  #lines = 0;
  #currencyCode: string | undefined;

  /** `window` says whose items they must be, and of which day. */
  constructor(window: Pick<Certificate, 'participantKind' | 'clearingDate'>) {
    this.#window = window;
  }

  /** Takes the next line, without its end. Answers its record, undefined for what is none. */
  take(line: Uint8Array): ItemLine | undefined {
    this.#lines += 1;
    if (this.#lines > 1) this.#tree.append(leafHash(line));
    try {
      const text = this.#decoder.decode(line);
      if (this.#lines > 1) return this.#item(text);
      if (text !== HEADER)
        this.#problem('the first line does not name the columns of an items file');
    } catch (error) {
      if (error instanceof CsvProblem || error instanceof MoneyError) this.#problem(error.message);
      else if (error instanceof TypeError) this.#problem('the line is not UTF-8');
      else throw error;
    }
    return undefined;
  }

  /** Notes what went wrong with the file itself, where its lines could not be read on. */
  broken(error: CsvProblem): void {
    this.#lines += 1;
    this.#problem(error.message);
  }

  /** What the lines so far come to. */
  finish(): RecomputedItems {
    if (this.#lines === 0) this.#problem('the file is empty: it has no header');
    return {
      ...this.#sums,
      currencyCode: this.#currencyCode,
      treeRoot: this.#tree.finish().root.toString('hex'),
      problemCount: this.#problemCount,
      problems: this.#problems,
    };
  }

  #item(text: string): ItemLine {
    const item = readItem(text);
    const sums = this.#sums;
    sums.itemCount += 1n;
    if (item.kind === 'refund') {
      sums.refundCount += 1n;
      sums.refundedMinor += item.settled.amountMinor;
    } else {
      sums.capturedMinor += item.settled.amountMinor;
    }
    sums.feesMinor += item.feeMinor;
    this.#currencyCode ??= item.settled.currencyCode;
    if (item.settled.currencyCode !== this.#currencyCode) this.#problem('a second currency');
    for (const message of problemsOf(item, this.#window)) this.#problem(message);
    return item;
  }

  #problem(message: string): void {
    this.#problemCount += 1;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ line: this.#lines, message });
  }
}

/** What a line says that does not follow from its own rate, or belongs elsewhere. */
function problemsOf(
  item: ItemLine,
  window: Pick<Certificate, 'participantKind' | 'clearingDate'>,
): string[] {
  const isAcquirer = window.participantKind === 'acquirer';
  const date = isAcquirer ? item.acquirerClearingDate : item.issuerClearingDate;
  const checks: [string, boolean][] = [
    [`it is of the clearing day ${date}`, date === window.clearingDate],
    [
      'the parts of the fee do not sum to it',
      item.feeBpsPartMinor + item.feeFixedPartMinor === item.feeMinor,
    ],
    ['the payer amount does not follow from its rate', isPriced(item)],
    ['the settlement does not follow from its rate', isSettledAtRate(item, isAcquirer)],
  ];
  return checks.flatMap(([message, holds]) => (holds ? [] : [message]));
}

/**
 * A capture's amount and all of its parts follow from both rates. Those of a refund also follow from
 * the refunds before it, so of a line alone only the sum can be told.
 */
function isPriced({ kind, payer, payee, rate, midRate, ...parts }: ItemLine): boolean {
  if (payer.currencyCode === payee.currencyCode) return payer.amountMinor === payee.amountMinor;
  const sum = parts.midMinor + parts.markupMinor + parts.residualMinor;
  if (sum !== payer.amountMinor) return false;
  const payerCurrency = payer.currencyCode;
  if (kind === 'refund') return true;
  const price = payerAmountFor({ payee, payerCurrency, rate: parseRate(rate), rounding: 'up' });
  if (price !== payer.amountMinor) return false;
  const split = splitPayer({
    ...{ payee, payerCurrency, payerAmountMinor: payer.amountMinor },
    ...{ rate: parseRate(rate), midRate: parseRate(midRate) },
  });
  return split.midMinor === parts.midMinor && split.markupMinor === parts.markupMinor;
}

function isSettledAtRate(item: ItemLine, isAcquirer: boolean): boolean {
  const { kind, payee, payer, settled, settlementRate } = item;
  if (settlementRate === '') {
    const own = isAcquirer ? payee : payer;
    return settled.currencyCode === own.currencyCode && settled.amountMinor === own.amountMinor;
  }
  if (kind === 'refund') return true;
  const rate = parseRate(settlementRate);
  const payeeCurrency = settled.currencyCode;
  return (
    payeeAmountFor({ payer: payee, payeeCurrency, rate, rounding: 'down' }) === settled.amountMinor
  );
}

/** How a file differs from what was certified of its currency; nothing where it is that file. */
export function differences(
  file: RecomputedItems & { sizeBytes: bigint; sha256: string },
  certified: CertifiedCurrency,
): string[] {
  const items = certified.files.find(({ kind }) => kind === 'items.csv');
  const pairs: [string, unknown, unknown][] = [
    ['the number of items', file.itemCount, certified.itemCount],
    ['the number of refunds', file.refundCount, certified.refundCount],
    ['what was captured', file.capturedMinor, certified.capturedMinor],
    ['what was refunded', file.refundedMinor, certified.refundedMinor],
    ['the fees', file.feesMinor, certified.feesMinor],
    ['the net position', netOf(certified), certified.netMinor],
    ['the root of the hash tree', file.treeRoot, certified.treeRoot],
    ['the size of the file', file.sizeBytes, items?.sizeBytes],
    ['the SHA-256 of the file', file.sha256, items?.sha256],
  ];
  return pairs.flatMap(([what, found, stated]) =>
    found === stated ? [] : [`${what}: recomputed ${found}, certified ${stated}`],
  );
}

/** What is left of a window once everything in it is netted. */
function netOf(totals: CertifiedCurrency): bigint {
  const { capturedMinor, refundedMinor, feesMinor, reserveMinor, releasedMinor } = totals;
  const { adjustmentsMinor, disputesMinor, carriedMinor } = totals;
  const earned = capturedMinor - refundedMinor - feesMinor;
  const corrected = earned + adjustmentsMinor + disputesMinor + carriedMinor;
  return corrected - reserveMinor + releasedMinor;
}
