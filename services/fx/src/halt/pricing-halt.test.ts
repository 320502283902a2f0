import { type Stop, StopSubjectKind } from '@causeway/proto/routing';
import { quietRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { PricingHalt } from './pricing-halt.ts';

const stopOf = (subjectKind: StopSubjectKind): Stop => ({
  ...{ subjectKind, subjectId: 'broken-books', reason: 'sums', operatorId: 'service settlement' },
  createTime: new Date('2026-03-13T03:00:00Z'),
});

test('prices are refused while everything is stopped, and by no other stop', async () => {
  let stops: Stop[] = [stopOf(StopSubjectKind.ROUTE)];
  const halt = new PricingHalt(async () => ({ stops }), quietRuntime('fx'));
  await halt.look();
  halt.refuseIfStopped();
  stops = [stopOf(StopSubjectKind.EVERYTHING)];
  await halt.look();
  expect(() => halt.refuseIfStopped()).toThrow(
    expect.objectContaining({
      reason: 'PRICING_STOPPED',
      metadata: { stop: 'broken-books', since: '2026-03-13T03:00:00.000Z' },
    }),
  );
  stops = [];
  await halt.look();
  halt.refuseIfStopped();
});

test('what routing said last holds while it is away', async () => {
  let isAway = true;
  const listStops = async () => {
    if (isAway) throw new Error('no route to host');
    return { stops: [stopOf(StopSubjectKind.EVERYTHING)] };
  };
  const halt = new PricingHalt(listStops, quietRuntime('fx'));
  await expect(halt.look()).rejects.toThrow();
  halt.refuseIfStopped();
  isAway = false;
  await halt.look();
  isAway = true;
  await expect(halt.look()).rejects.toThrow();
  expect(() => halt.refuseIfStopped()).toThrow(/until an operator/);
});
