import { quietRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { type Check, Probe } from './probe.ts';

/** A probe whose one rule is broken in lanes as a test says, and how often each lane was looked at. */
function probed(breaches: (lane: number, times: number) => readonly string[]) {
  const runtime = quietRuntime('probe');
  const looks = new Map<number, number>();
  const check: Check = {
    ...{ name: 'sums', rule: 'all sums are zero' },
    async breaches(lane) {
      looks.set(lane, (looks.get(lane) ?? 0) + 1);
      return breaches(lane, looks.get(lane) ?? 0);
    },
  };
  const probe = new Probe({ runtime, checks: [check], everyMs: 0, budgetMs: 1_000 });
  return { probe, looks, runtime };
}

test('good books are good once every lane was seen', async () => {
  const { probe, looks } = probed(() => []);
  expect(probe.state).toEqual({ findings: [], goodAt: undefined, roundAt: undefined });
  const { findings, goodAt } = await probe.lookAtAll();
  expect(findings).toEqual([]);
  expect(goodAt).toBeDefined();
  expect([...looks.values()]).toEqual(Array.from({ length: 64 }, () => 1));
});

test('what only one reading shows is no finding', async () => {
  const { probe } = probed((lane, times) => (lane === 7 && times === 1 ? ['off by 1'] : []));
  expect((await probe.lookAtAll()).findings).toEqual([]);
});

test('a broken lane is found, keeps its moment, and is forgotten once it is good', async () => {
  let isBroken = true;
  const { probe } = probed((lane) => (isBroken && lane === 7 ? ['off by 1'] : []));
  const first = await probe.lookAtAll();
  expect(first.findings).toMatchObject([{ check: 'sums', detail: 'lane 7: off by 1' }]);
  expect(first.goodAt).toBeUndefined();
  const again = await probe.lookAtAll();
  expect(again.findings).toEqual(first.findings);
  isBroken = false;
  const mended = await probe.lookAtAll();
  expect(mended.findings).toEqual([]);
  expect(mended.goodAt).toEqual(mended.roundAt);
});

test('what cannot be looked at is no breach, and makes no round good', async () => {
  const { probe } = probed((lane) => {
    if (lane === 3) throw new Error('the database is away');
    return [];
  });
  await expect(probe.lookAtAll()).rejects.toThrow('away');
  expect(probe.state).toEqual({ findings: [], goodAt: undefined, roundAt: undefined });
});
