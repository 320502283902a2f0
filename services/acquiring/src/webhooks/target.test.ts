import { manualRuntime } from '@causeway/runtime/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { poster } from './post.ts';
import { checkTarget, isPublic, problemWithUrl, type TargetPolicy } from './target.ts';

const PUBLIC = '93.184.216.34';
const policy = (...answers: string[][]): TargetPolicy => {
  let asked = 0;
  const resolve = async () => answers[Math.min(asked++, answers.length - 1)] ?? [];
  return { allowPrivate: false, resolve };
};

test.each([
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['198.18.0.1', false],
  ['192.0.2.1', false],
  ['::1', false],
  ['::', false],
  ['::7f00:1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:93.184.216.34', true],
  ['fe80::1', false],
  ['fd00::1', false],
  ['ff02::1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:db8::1', false],
  [PUBLIC, true],
  ['2606:2800:220:1::1', true],
])('%s is on the public internet: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('no private IPv4 address passes in any spelling that a URL may have', async () => {
  const inside = fc.constantFrom(0x7f000001, 0x0a000001, 0xc0a80101, 0xa9fea9fe, 0xac10ffff);
  const spelling = fc.constantFrom<(address: number) => string>(
    (address) => String(address),
    (address) => `0x${address.toString(16)}`,
    (address) => `0${address.toString(8)}`,
    (address) => `[::ffff:${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}]`,
  );
  await fc.assert(
    fc.asyncProperty(inside, spelling, async (address, spell) => {
      const refused = checkTarget(`https://${spell(address)}/hook`, policy([]));
      await expect(refused).rejects.toMatchObject({ reason: 'TARGET_FORBIDDEN' });
    }),
  );
});

test('a name is refused where any of its addresses is private, and passes where it has none', async () => {
  const url = 'https://hooks.example.com/';
  const refused = checkTarget(url, policy([PUBLIC, '10.0.0.1']));
  await expect(refused).rejects.toMatchObject({ reason: 'TARGET_FORBIDDEN' });
  await checkTarget(url, policy([PUBLIC]));
  const unknown = { ...policy(), resolve: () => Promise.reject(new Error('no such name')) };
  await checkTarget(url, unknown);
});

test('plain http is for those who allow it', () => {
  expect(problemWithUrl('http://example.com/', policy())).toBeDefined();
  expect(problemWithUrl('http://example.com/', { ...policy(), allowPrivate: true })).toBe(
    undefined,
  );
  expect(problemWithUrl('https://example.com/', policy())).toBe(undefined);
  expect(problemWithUrl(`https://example.com/${'x'.repeat(2_048)}`, policy())).toBeDefined();
});

test('a name that changes its address after the check is not connected to', async () => {
  const rebinding = policy([PUBLIC], ['127.0.0.1']);
  await checkTarget('https://hooks.example.com/', rebinding);
  const { clock, timers } = manualRuntime();
  const { post, close } = poster({ timers, clock, policy: rebinding, deadlineMs: 1_000 });
  for (const url of ['https://hooks.example.com/', 'https://127.0.0.1:1/', 'https://[::1]:1/']) {
    expect(await post(url, {}, '{}')).toEqual({
      ...{ status: 0, retryAfterMs: 0 },
      error: 'the target is not on the public internet',
    });
  }
  close();
});
