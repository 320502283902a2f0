import { expect, test } from 'vitest';
import { feeFor } from '../fees/fee.ts';
import { noFees, tierFor } from '../fees/schedule.ts';
import { builtInAgreement, feeScheduleOf } from './agreement.ts';

const sakura = { kind: 'acquirer', id: 'sakura' } as const;

test('who agreed to nothing pays nothing', () => {
  const schedule = feeScheduleOf(builtInAgreement(sakura), 'JPY');
  expect(feeFor(schedule, tierFor(schedule, 10n ** 15n), 1_280n).totalMinor).toBe(0n);
});

test('a currency without a schedule is free', () => {
  const JPY = { ...noFees('JPY'), refundable: true };
  const agreement = { ...builtInAgreement(sakura), fees: [JPY] };
  expect(feeScheduleOf(agreement, 'JPY')).toBe(JPY);
  expect(feeScheduleOf(agreement, 'USD')).toEqual(noFees('USD'));
});
