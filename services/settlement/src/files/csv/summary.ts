import { freeText, headerOf, LINE_END, minorUnits, plain, recordOf } from '@causeway/clearing';
import type { FiledCurrency, FileWriter } from '../window-file.ts';
import { majorText } from './major.ts';

interface Line {
  component: string;
  /** What a correction is about. */
  reference?: string;
  itemCount?: bigint;
  currencyCode: string;
  /** Signed, so that the net is the sum of the lines above it. */
  amountMinor: bigint;
}

const COLUMNS = [
  plain<Line>(
    'component',
    '`captured`, `refunded`, `fees`, a line for each `adjustment`, `dispute` and `carry`, `reserve` held back, `released` reserve, `net`, `due` on the value date',
    ({ component }) => component,
  ),
  freeText<Line>('reference', 'what a correction is about', ({ reference = '' }) => reference),
  plain<Line>('item_count', 'of captured and refunded: how many items', ({ itemCount = '' }) =>
    String(itemCount),
  ),
  plain<Line>('currency', 'ISO 4217', ({ currencyCode }) => currencyCode),
  minorUnits<Line>(
    'amount_minor',
    'signed minor units: the lines above `net` sum to it',
    ({ amountMinor }) => amountMinor,
  ),
  plain<Line>('amount', 'the same in major units', majorText),
];

/** The columns of summary.csv, in their order. */
export const SUMMARY_COLUMNS: readonly { name: string; holds: string }[] = COLUMNS;

/** summary.csv: what the net position is made of. */
export function summaryFile(currency: FiledCurrency): FileWriter {
  return {
    begin: () => headerOf(COLUMNS),
    end: () =>
      linesOf(currency)
        .map((line) => recordOf(COLUMNS, line) + LINE_END)
        .join(''),
  };
}

function linesOf({ sum, refundCount, charges }: FiledCurrency): Line[] {
  const { currencyCode } = sum;
  const line = (component: string, amountMinor: bigint, more: Partial<Line> = {}): Line => ({
    ...{ component, currencyCode, amountMinor },
    ...more,
  });
  const corrections = charges.map(({ kind, amountMinor, reference }) =>
    line(kind, amountMinor, { reference }),
  );
  return [
    line('captured', sum.capturedMinor, { itemCount: sum.itemCount - refundCount }),
    line('refunded', -sum.refundedMinor, { itemCount: refundCount }),
    line('fees', -sum.feesMinor),
    ...corrections,
    line('reserve', -sum.reserveMinor),
    line('released', sum.releasedMinor),
    line('net', sum.netMinor),
    line('due', sum.dueMinor),
  ];
}
