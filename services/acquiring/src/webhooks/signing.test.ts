import { Secret } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import fc from 'fast-check';
import { Webhook as Verifier } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { namedKeys } from '../keys.ts';
import { PAUSES_MS, pauseMs } from './pauses.ts';
import { seal, unseal } from './sealing.ts';
import { newSecret, shownSecret, signedHeaders } from './sign.ts';

const { random } = manualRuntime();
const key = (id: string, fill: number) => ({
  id,
  key: new Secret<Uint8Array>(Buffer.alloc(32, fill)),
});

test('whoever has any of the secrets finds a signature of any body right', () => {
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  fc.assert(
    fc.property(fc.uuid(), fc.json(), (id, body) => {
      const secrets = [newSecret(random), newSecret(random)];
      const headers = signedHeaders(secrets, { id, timestampSeconds, body });
      for (const secret of secrets) {
        expect(new Verifier(shownSecret(secret)).verify(body, headers)).toEqual(JSON.parse(body));
      }
      const stranger = new Verifier(shownSecret(newSecret(random)));
      expect(() => stranger.verify(body, headers)).toThrow();
      const first = new Verifier(shownSecret(secrets[0] ?? newSecret(random)));
      expect(() => first.verify(`${body} `, headers)).toThrow();
    }),
    { numRuns: 50 },
  );
});

test('the signature of the convention’s own example', () => {
  const secret = new Secret<Uint8Array>(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'));
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestampSeconds: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  expect(signedHeaders([secret], message)['webhook-signature']).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('what is sealed can be read with its key, for its owner, and not otherwise', () => {
  const secret = newSecret(random);
  const sealed = seal([key('new', 1), key('old', 2)], 'hook-1', secret, random);
  expect(sealed).toMatch(/^new\.[A-Za-z0-9_-]+$/);
  const keys = [key('newer', 3), key('new', 1)];
  expect(unseal(keys, 'hook-1', sealed).reveal()).toEqual(Buffer.from(secret.reveal()));
  expect(() => unseal(keys, 'hook-2', sealed)).toThrow();
  expect(() => unseal([key('newer', 3)], 'hook-1', sealed)).toThrow(/new is not configured/);
  expect(() => unseal([key('new', 9)], 'hook-1', sealed)).toThrow();
  expect(() => seal([], 'hook-1', secret, random)).toThrow();
});

test('sealing keys are read, or said what is wrong with them', () => {
  const { read } = namedKeys('KEYS', { doc: '' });
  expect(read(`k2:${'0a'.repeat(32)},k1:${'0b'.repeat(32)}`).map(({ id }) => id)).toEqual([
    'k2',
    'k1',
  ]);
  expect(() => read(undefined)).toThrow('is required');
  expect(() => read('k1:short')).toThrow('64 hex digits');
});

test('pauses grow over a day, and a target may ask for a longer one', () => {
  const total = PAUSES_MS.reduce((sum, pause) => sum + pause, 0);
  expect(Math.abs(total - 86_400_000)).toBeLessThan(3_600_000 / 2);
  expect([...PAUSES_MS].sort((a, b) => a - b)).toEqual(PAUSES_MS);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: PAUSES_MS.length }), (failures) => {
      const pause = pauseMs(failures, 0, random) ?? 0;
      const usual = PAUSES_MS[failures - 1] ?? 0;
      expect(Math.abs(pause - usual)).toBeLessThanOrEqual(usual / 10 + 1);
    }),
  );
  expect(pauseMs(1, 120_000, random)).toBe(120_000);
  expect(pauseMs(1, 999_999_999, random)).toBe(3_600_000);
  expect(pauseMs(PAUSES_MS.length + 1, 0, random)).toBe(undefined);
});
