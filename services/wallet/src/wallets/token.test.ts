import { Secret, uuidFrom } from '@causeway/runtime';
import { expect, test } from 'vitest';
import { accessTokens, parseTokenKeys } from './token.ts';

const walletId = uuidFrom('wallet', 'token');
const NOW_MS = Date.UTC(2026, 10, 16);
const keys = (text: string) => parseTokenKeys(new Secret(text), (secret) => new Secret(secret));
const old = 'k1:an old secret of some length';
const current = 'k2:a new secret of some length';

test('a token names its wallet until it ends', () => {
  const tokens = accessTokens(keys(current));
  const token = tokens.sign(walletId, NOW_MS + 60_000);
  expect(token).toMatch(/^[\x21-\x7e]{1,160}$/);
  expect(tokens.verify(token, NOW_MS)).toBe(walletId);
  expect(tokens.verify(token, NOW_MS + 59_999)).toBe(walletId);
  expect(tokens.verify(token, NOW_MS + 60_000)).toBeUndefined();
});

test('a token that was altered in any character is refused', () => {
  const tokens = accessTokens(keys(current));
  const token = tokens.sign(walletId, NOW_MS + 60_000);
  for (const [index, character] of [...token].entries()) {
    // The last digit of a base64url text has bits that stand for nothing.
    if (index === token.length - 1) continue;
    const other = character === 'A' ? 'B' : 'A';
    const altered = token.slice(0, index) + other + token.slice(index + 1);
    expect(tokens.verify(altered, NOW_MS)).toBeUndefined();
  }
  for (const garbage of ['', '.', '...', 'w1.k2..', `${token}.x`, token.slice(0, -5)]) {
    expect(tokens.verify(garbage, NOW_MS)).toBeUndefined();
  }
});

test('keys rotate: the first signs, all verify, one that is left out does not', () => {
  const token = accessTokens(keys(old)).sign(walletId, NOW_MS + 60_000);
  expect(accessTokens(keys(`${current}, ${old}`)).verify(token, NOW_MS)).toBe(walletId);
  expect(accessTokens(keys(current)).verify(token, NOW_MS)).toBeUndefined();
});

test('unusable keys are refused without showing them', () => {
  for (const text of ['', 'k1', 'k1:short', `${old},${old}`, 'K 1:a secret of some length']) {
    expect(() => keys(text)).toThrow(/^TOKEN_KEYS(?!.*of some length)/);
  }
});
