import { type Stop, StopSubjectKind } from '@causeway/proto/routing';
import { manualRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { Directory, stopKey } from './directory.ts';

const STOP: Stop = {
  subjectKind: StopSubjectKind.PARTNER,
  subjectId: 'sakura',
  reason: 'asked for',
  operatorId: 'ops',
  createTime: undefined,
};
const KEY = stopKey(STOP.subjectKind, STOP.subjectId);

test('a reading that was overtaken by a later one does not bring the old picture back', async () => {
  const readings: ((stops: Stop[]) => void)[] = [];
  const store = {
    issuers: async () => [],
    routes: async () => [],
    stops: () => new Promise<Stop[]>((resolve) => readings.push(resolve)),
  };
  const directory = new Directory(store, manualRuntime());
  const periodic = directory.refresh();
  const afterTheStop = directory.refresh();
  await expect.poll(() => readings.length).toBe(2);
  readings[1]?.([STOP]);
  await afterTheStop;
  expect(directory.view.stops.has(KEY)).toBe(true);
  readings[0]?.([]);
  await periodic;
  expect(directory.view.stops.has(KEY)).toBe(true);
});
