import { expect, test } from 'vitest';
import { unordered } from './unordered.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function* numbers(count: number, taken: number[]): AsyncGenerator<number> {
  for (let n = 1; n <= count; n += 1) {
    taken.push(n);
    yield n;
  }
}

test('answers leave when they are ready, whatever the order of the requests', async () => {
  const finish = new Map<number, () => void>();
  const work = (n: number) =>
    new Promise<number>((resolve) => {
      finish.set(n, () => resolve(n));
    });
  const answers = unordered(numbers(3, []), 8, work);
  const first = answers.next();
  await turn();
  finish.get(2)?.();
  expect(await first).toEqual({ value: 2, done: false });
  finish.get(3)?.();
  expect((await answers.next()).value).toBe(3);
  finish.get(1)?.();
  expect((await answers.next()).value).toBe(1);
  expect((await answers.next()).done).toBe(true);
});

test('no more is read than may be open, answers that nobody took included', async () => {
  const taken: number[] = [];
  const answers = unordered(numbers(100, taken), 4, async (n) => n);
  await answers.next();
  await turn();
  await turn();
  expect(taken.length).toBeLessThanOrEqual(5);
  const rest: number[] = [];
  for await (const n of answers) rest.push(n);
  expect(rest).toHaveLength(99);
});

test('a reader that fails ends the answers with its error', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error('the stream broke');
  }
  const answers = unordered(broken(), 4, () => new Promise<number>(() => {}));
  await expect(answers.next()).rejects.toThrow('the stream broke');
});
