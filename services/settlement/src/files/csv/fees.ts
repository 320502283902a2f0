import { headerOf, LINE_END, minorUnits, plain, recordOf } from '@causeway/clearing';
import { formatBps } from '@causeway/money';
import { feeScheduleOf } from '../../agreements/agreement.ts';
import type { FeeSchedule, FeeTier } from '../../fees/schedule.ts';
import type { FiledCurrency, FiledItem, FileWriter } from '../window-file.ts';

/** A fee with the terms of the window, by which a capture's is computed. */
interface Line extends FiledItem {
  schedule: FeeSchedule;
  tier: FeeTier;
  tierNumber: number;
}

const isCapture = ({ line }: Line) => line.kind === 'capture';

const COLUMNS = [
  plain<Line>('kind', '`capture` or `refund`', ({ line }) => line.kind),
  plain<Line>('payment_id', 'the payment', ({ line }) => line.paymentId),
  plain<Line>('refund_id', 'the refund; empty for a capture', ({ line }) => line.refundId),
  plain<Line>('currency', 'ISO 4217', ({ line }) => line.settled.currencyCode),
  minorUnits<Line>(
    'base_minor',
    'what the fee is of, in minor units: the item as it is settled',
    ({ line }) => line.settled.amountMinor,
  ),
  plain<Line>('tier', "the tier of the month's volume; empty for a refund", (line) =>
    isCapture(line) ? String(line.tierNumber) : '',
  ),
  plain<Line>('bps', 'basis points of the tier; empty for a refund', (line) =>
    isCapture(line) ? formatBps(line.tier.bps) : '',
  ),
  plain<Line>('fixed_minor', 'fixed part of the tier; empty for a refund', (line) =>
    isCapture(line) ? String(line.tier.fixedMinor) : '',
  ),
  plain<Line>('min_minor', 'the least fee; empty for a refund', (line) =>
    isCapture(line) ? String(line.schedule.minMinor) : '',
  ),
  plain<Line>(
    'max_minor',
    'the highest fee; empty where there is none, and for a refund',
    (line) => (isCapture(line) ? String(line.schedule.maxMinor ?? '') : ''),
  ),
  minorUnits<Line>(
    'fee_bps_part_minor',
    'of the fee, the part by basis points, after minimum and maximum',
    ({ line }) => line.feeBpsPartMinor,
  ),
  minorUnits<Line>(
    'fee_fixed_part_minor',
    'of the fee, the fixed part',
    ({ line }) => line.feeFixedPartMinor,
  ),
  minorUnits<Line>(
    'fee_minor',
    'the fee; below zero where a refund returns some of it',
    ({ line }) => line.feeMinor,
  ),
];

/** The columns of fees.csv, in their order. */
export const FEE_COLUMNS: readonly { name: string; holds: string }[] = COLUMNS;

/** fees.csv: every item with a fee, and the terms that it follows from. */
export function feesFile({ agreement, sum }: FiledCurrency): FileWriter {
  const schedule = feeScheduleOf(agreement, sum.currencyCode);
  const tier = schedule.tiers[sum.feeTier - 1];
  if (tier === undefined) throw new Error(`the schedule has no tier ${sum.feeTier}`);
  const terms = { schedule, tier, tierNumber: sum.feeTier };
  return {
    begin: () => headerOf(COLUMNS),
    item: (filed) =>
      filed.line.feeMinor === 0n ? '' : recordOf(COLUMNS, { ...filed, ...terms }) + LINE_END,
    end: () => '',
  };
}
