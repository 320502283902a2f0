import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Turns } from './turns.ts';

const P = { partnerId: 'sakura', paymentId: 'p' };
/** As somebody names it whose payment it is not. */
const Q = { partnerId: 'siam', paymentId: 'p' };

describe('turns', () => {
  test('come one after the other for a payment, in the order of asking', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await sleep(1);
      seen.push(`${name} ends`);
      return name;
    };
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => turns.take(P, work(name))));
    expect(answers).toEqual(['a', 'b', 'c']);
    const ordered = ['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]);
    expect(seen).toEqual(ordered);
  });

  test('of somebody else wait for nobody', async () => {
    const turns = new Turns();
    let open = () => {};
    const slow = turns.take(
      P,
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    expect(await turns.take(Q, async () => 'q')).toBe('q');
    open();
    await slow;
  });

  test('go on after one that failed', async () => {
    const turns = new Turns();
    const failed = turns.take(P, () => Promise.reject(new Error('no')));
    const next = turns.take(P, async () => 'next');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
