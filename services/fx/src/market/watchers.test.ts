import { expect, test } from 'vitest';
import { Watchers } from './watchers.ts';

const sakura = { kind: 'partner', id: 'sakura' } as const;
const tooMany = expect.objectContaining({ reason: 'TOO_MANY_WATCHERS' });

test('one caller cannot take the places of all others', () => {
  const watchers = new Watchers();
  const leave = Array.from({ length: 32 }, () => watchers.enter(sakura));
  expect(() => watchers.enter(sakura)).toThrow(tooMany);
  watchers.enter({ kind: 'partner', id: 'siam' });
  leave[0]?.();
  watchers.enter(sakura);
  expect(() => watchers.enter(sakura)).toThrow(tooMany);
});

test('there is an end to the places of all together', () => {
  const watchers = new Watchers();
  const enter = (n: number) => watchers.enter({ kind: 'partner', id: `partner-${n % 100}` });
  for (let n = 0; n < 1_000; n += 1) enter(n);
  expect(() => enter(1_000)).toThrow(tooMany);
});
