import { expect, test } from 'vitest';
import { sharedTurns } from './shared-turns.ts';

test('who asks during a turn shares the next one with all who do', async () => {
  const begun: (() => void)[] = [];
  let turns = 0;
  const ask = sharedTurns(async () => {
    turns += 1;
    const turn = turns;
    await new Promise<void>((resolve) => begun.push(resolve));
    return turn;
  });
  const first = ask();
  await expect.poll(() => begun.length).toBe(1);
  const others = [ask(), ask(), ask()];
  begun[0]?.();
  expect(await first).toBe(1);
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.();
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
});

test('a turn that fails does so for those who share it alone', async () => {
  let turns = 0;
  const ask = sharedTurns(async () => {
    turns += 1;
    if (turns === 1) throw new Error('away');
    return turns;
  });
  const [one, other] = await Promise.allSettled([ask(), ask()]);
  expect([one?.status, other?.status]).toEqual(['rejected', 'rejected']);
  expect(await ask()).toBe(2);
});
