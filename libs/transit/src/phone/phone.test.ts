import { expect, test } from 'vitest';
import { grantFor, keysOf, NOW, signerOf } from '../code/code.fixture.ts';
import { readCodeText, whyForged } from '../code/verify.ts';
import type { Grant } from '../grant/grant.ts';
import { signGrant } from '../grant/sign.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { Phone, type PhoneState } from './phone.ts';

const [issuer, user] = [signerOf('ES256', 1), signerOf('ES256', 2)];
const clock = (nowMs = NOW * 1000, monotonicMs = 0) => ({
  ...{ wall: nowMs, since: monotonicMs },
  nowMs() {
    return this.wall;
  },
  monotonicMs() {
    return this.since;
  },
});
const granted = async (change: Partial<Grant> = {}) =>
  (await signGrant(grantFor(user.publicKey, change), 'k1', issuer)).bytes;

async function madeAt(phone: Phone) {
  const code = await phone.code();
  const read = code.ok ? readCodeText(code.text) : undefined;
  return read?.ok ? read.value.madeAt : undefined;
}

test('codes are genuine, and none is like another', async () => {
  const phone = new Phone({ signer: user, clock: clock() });
  await phone.accept(await granted());
  for (const counter of [1, 2, 3]) {
    const code = await phone.code({ scene: 'minibus' });
    expect(code).toMatchObject({ ok: true, counter });
    const read = code.ok ? readCodeText(code.text) : undefined;
    expect(read).toMatchObject({ ok: true, value: { counter, scene: 'minibus', madeAt: NOW } });
    if (read?.ok) {
      const why = await whyForged(read.value, keysOf(issuer.publicKey), nodeCryptography());
      expect(why).toBeUndefined();
    }
  }
});

test('a counter is kept before its code is shown, so that none comes twice', async () => {
  const saved: PhoneState[] = [];
  const store = { save: async (state: PhoneState) => void saved.push(state) };
  const phone = new Phone({ signer: user, clock: clock(), store });
  await phone.accept(await granted());
  await phone.code();
  await phone.code();
  expect(saved.map(({ grants }) => grants[0]?.counter)).toEqual([0, 1, 2]);
  const again = new Phone({ signer: user, clock: clock(), state: phone.state });
  expect(await again.code()).toMatchObject({ counter: 3 });
});

test('a wrong clock is corrected by the issuer’s time, whoever sets it meanwhile', async () => {
  const wrong = clock((NOW - 9000) * 1000);
  const phone = new Phone({ signer: user, clock: wrong });
  await phone.accept(await granted(), NOW * 1000);
  expect(await madeAt(phone)).toBe(NOW);
  wrong.wall += 500_000_000;
  wrong.since += 60_000;
  expect(await madeAt(phone)).toBe(NOW + 60);
  const rebooted = new Phone({
    signer: user,
    clock: clock((NOW - 8000) * 1000),
    state: phone.state,
  });
  expect(await madeAt(rebooted)).toBe(NOW + 1000);
});

test('it says why there is no code, and takes the grant that gives one', async () => {
  const phone = new Phone({ signer: user, clock: clock() });
  expect(await phone.code()).toEqual({ ok: false, reason: 'NO_GRANT' });
  await phone.accept(await granted({ expiresAt: NOW }));
  expect(await phone.code()).toEqual({ ok: false, reason: 'GRANT_ENDED' });
  await phone.accept(await granted({ codes: 1, scenes: ['bus'] }));
  expect(await phone.code({ scene: 'taxi' })).toEqual({ ok: false, reason: 'OTHER_SCENE' });
  expect(await phone.code({ currencyCode: 'JPY' })).toEqual({
    ok: false,
    reason: 'OTHER_CURRENCY',
  });
  expect(await phone.code({ currencyCode: 'HKD', scene: 'bus' })).toMatchObject({ ok: true });
  expect(await phone.code()).toEqual({ ok: false, reason: 'CODES_USED_UP' });
  await phone.accept(await granted());
  expect(await phone.code()).toMatchObject({ ok: true, counter: 1 });
  const other = new Phone({ signer: signerOf('ES256', 3), clock: clock() });
  await expect(other.accept(await granted())).rejects.toThrow(RangeError);
});
