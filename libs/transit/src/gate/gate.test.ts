import { describe, expect, test } from 'vitest';
import { NOW } from '../code/code.fixture.ts';
import { MemoryDisk } from '../journal/journal.fixture.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { publishProof, publishUpdate } from '../trust/update.ts';
import { next, RIDE, ROOT, TRUST, World } from './gate.fixture.ts';

test('nineteen riders board in a row, and each has one tap', async () => {
  const world = new World();
  const gate = await world.gate();
  for (let rider = 1; rider <= 19; rider++) {
    world.pass(1);
    const phone = await world.phone(rider);
    expect(await gate.tap(await next(phone), RIDE)).toMatchObject({
      ...{ outcome: 'OK', reason: 'ACCEPTED', flags: [], detail: '' },
      tap: { operatorId: 'bus', gateId: 'g1', sequence: rider, tappedAtMs: world.nowMs },
    });
  }
  expect(gate.waiting()).toHaveLength(19);
});

describe('somebody who comes again', () => {
  test('with the same code is refused, at once and for ever', async () => {
    const world = new World();
    const gate = await world.gate();
    const phone = await world.phone(1);
    const [code, later] = [await next(phone), await next(phone)];
    const both = await Promise.all([gate.tap(code, RIDE), gate.tap(code, RIDE)]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['OK', 'DUPLICATE']);
    world.pass(1);
    expect(await gate.tap(later, RIDE)).toMatchObject({ reason: 'SAME_USER' });
    world.pass(2);
    expect(await gate.tap(later, RIDE)).toMatchObject({ reason: 'ACCEPTED' });
    expect(await gate.tap(code, RIDE)).toMatchObject({ reason: 'EARLIER_CODE' });
    world.pass(700);
    expect(await gate.tap(later, RIDE)).toMatchObject({ outcome: 'CODE_EXPIRED' });
  });

  test('passes at each gate that is offline: what no gate can know', async () => {
    const world = new World();
    const code = await next(await world.phone(1));
    for (const gateId of ['g1', 'g2', 'g3']) {
      const gate = await world.gate(undefined, { gateId });
      expect(await gate.tap(code, RIDE)).toMatchObject({ outcome: 'OK' });
    }
  });

  test('rides until the caps are used up', async () => {
    const world = new World();
    const gate = await world.gate();
    const phone = await world.phone(1);
    const outcomes: string[] = [];
    for (let ride = 0; ride < 5; ride++) {
      world.pass(10);
      const { reason } = await gate.tap(await next(phone), { ...RIDE, fareMinor: 2500n });
      outcomes.push(reason);
    }
    expect(outcomes).toEqual([...Array(4).fill('ACCEPTED'), 'OVER_TOTAL_CAP']);
    world.pass(10);
    const exit = { ...RIDE, kind: 'exit', fareMinor: 0n } as const;
    expect(await gate.tap(await next(phone), exit)).toMatchObject({ outcome: 'OK' });
  });
});

describe('clocks', () => {
  const LONG = { expiresAt: NOW + 100 * 86_400 };

  const reason = async (offPhone: number, gateChange = {}) => {
    const world = new World();
    const gate = await world.gate(undefined, gateChange);
    const { reason, flags } = await gate.tap(
      await next(await world.phone(1, LONG, offPhone)),
      RIDE,
    );
    return [reason, ...flags];
  };

  test.each([
    [0, ['ACCEPTED']],
    [-30, ['ACCEPTED']],
    [15, ['ACCEPTED']],
    [-31, ['ACCEPTED', 'PHONE_CLOCK_BEHIND']],
    [16, ['ACCEPTED', 'PHONE_CLOCK_AHEAD']],
    [-120, ['ACCEPTED', 'PHONE_CLOCK_BEHIND']],
    [-121, ['CODE_TOO_OLD']],
    [121, ['CODE_FROM_THE_FUTURE']],
  ])('a phone that is off by %i s: %j', async (off, expected) => {
    expect(await reason(off)).toEqual(expected);
  });

  test('a gate that was never set takes the time of codes past what is proven', async () => {
    const clock = new World().clock(-1000 * 86_400);
    expect(await reason(0, { clock })).toEqual(['ACCEPTED', 'GATE_CLOCK_BEHIND']);
    expect(await reason(-181, { clock })).toEqual(['CODE_TOO_OLD']);
    expect(await reason(31 * 86_400, { clock })).toEqual(['CODE_FROM_THE_FUTURE']);
    const ahead = new World().clock(90 * 86_400);
    expect(await reason(0, { clock: ahead })).toEqual(['ACCEPTED', 'GATE_CLOCK_UNSURE']);
  });

  test('a gate that is set right goes on by the clock that nobody sets', async () => {
    const world = new World();
    let jump = 0;
    const clock = { nowMs: () => world.nowMs + jump, monotonicMs: () => world.nowMs };
    const gate = await world.gate(undefined, { clock });
    gate.clockWasSet();
    jump = -9_000_000;
    expect(await gate.tap(await next(await world.phone(1)), RIDE)).toMatchObject({
      ...{ outcome: 'OK', flags: [], tap: { tappedAtMs: NOW * 1000 } },
    });
  });
});

describe('the power is cut', () => {
  test('after the gate opened: no tap is lost, and nobody comes again with it', async () => {
    const world = new World();
    const disk = new MemoryDisk();
    const gate = await world.gate(disk);
    const phone = await world.phone(1);
    const code = await next(phone);
    await gate.tap(code, RIDE);
    const again = await world.gate(disk.cut(0));
    expect(again.waiting()).toEqual(gate.waiting());
    world.pass(5);
    expect(await again.tap(code, RIDE)).toMatchObject({ reason: 'SAME_CODE' });
    const { tap } = await again.tap(await next(phone), RIDE);
    expect(tap?.sequence).toBe(2);
  });

  test('before the tap was durable: the gate had not opened', async () => {
    const world = new World();
    const disk = new MemoryDisk();
    const gate = await world.gate(disk);
    let free = () => {};
    disk.stuck = new Promise((resolve) => {
      free = resolve;
    });
    let answer: unknown;
    const tapping = gate.tap(await next(await world.phone(1)), RIDE).then((given) => {
      answer = given;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answer).toBeUndefined();
    expect((await world.gate(disk.cut(0.5))).waiting()).toEqual([]);
    free();
    await tapping;
    expect(answer).toMatchObject({ outcome: 'OK' });
  });
});

describe('a disk', () => {
  test('that fails opens no gate, and the next start goes on', async () => {
    const world = new World();
    const disk = new MemoryDisk();
    const gate = await world.gate(disk);
    const phone = await world.phone(1);
    disk.failing = new Error('the disk is full');
    expect(await gate.tap(await next(phone), RIDE)).toMatchObject({ reason: 'NOT_PERSISTED' });
    disk.failing = undefined;
    world.pass(10);
    expect(await gate.tap(await next(phone), RIDE)).toMatchObject({ reason: 'NOT_PERSISTED' });
    expect(gate.waiting()).toEqual([]);
    const again = await world.gate(disk);
    expect(await again.tap(await next(phone), RIDE)).toMatchObject({ outcome: 'OK' });
  });

  test('that is too slow leaves a tap for which nothing is owed', async () => {
    const world = new World();
    const disk = new MemoryDisk();
    let ring = () => {};
    const timers = {
      after: (_: number, run: () => void) => {
        ring = run;
        return () => {};
      },
    };
    const gate = await world.gate(disk, { timers });
    let free = () => {};
    disk.stuck = new Promise((resolve) => {
      free = resolve;
    });
    const tapping = gate.tap(await next(await world.phone(1)), RIDE);
    await new Promise((resolve) => setImmediate(resolve));
    ring();
    expect(await tapping).toMatchObject({ outcome: 'DENIED', reason: 'OUT_OF_TIME' });
    free();
    await new Promise((resolve) => setImmediate(resolve));
    expect(gate.waiting()).toMatchObject([{ isVoid: true, tap: { sequence: 1 } }]);
    expect((await world.gate(disk.cut(0))).waiting()).toEqual(gate.waiting());
  });

  test('keeps what is not uploaded, and in the end only that', async () => {
    const world = new World();
    const disk = new MemoryDisk();
    const gate = await world.gate(disk, { policy: { mostWaiting: 3 } });
    const phone = await world.phone(1);
    for (let ride = 0; ride < 3; ride++) {
      world.pass(5);
      await gate.tap(await next(phone), RIDE);
    }
    world.pass(5);
    const code = await next(phone);
    expect(await gate.tap(code, RIDE)).toMatchObject({ reason: 'NOT_PERSISTED' });
    await gate.uploaded(2);
    expect(gate.waiting().map(({ tap }) => tap.sequence)).toEqual([3]);
    expect(await gate.compact()).toBe(4);
    world.pass(3 * 86_400);
    expect(await gate.compact()).toBe(2);
    const again = await world.gate(disk);
    expect(again.waiting()).toEqual(gate.waiting());
    await again.uploaded(3);
    expect(await again.compact()).toBe(1);
    const fresh = await world.phone(2, { notBefore: NOW, expiresAt: NOW + 4 * 86_400 });
    const small = { ...RIDE, fareMinor: 100n };
    expect(await again.tap(await next(fresh), small)).toMatchObject({ tap: { sequence: 4 } });
  });
});

describe('what a gate believes', () => {
  const crypto = nodeCryptography();
  const denied = {
    kind: 'grant',
    issuer: 'harbour-wallet',
    value: new Uint8Array(16).fill(1),
  } as const;

  test('is learned from whoever brings it, and refuses from then on', async () => {
    const world = new World();
    const gate = await world.gate();
    const phone = await world.phone(1);
    expect(await gate.tap(await next(phone), RIDE)).toMatchObject({ outcome: 'OK' });
    const change = { kind: 'deny', entry: denied } as const;
    const { bytes } = await publishUpdate(TRUST, [change], NOW, ROOT, crypto);
    expect(await gate.learn(bytes)).toMatchObject({ ok: true });
    expect(await gate.learn(bytes)).toEqual({ ok: false, reason: 'NOT_NEWER' });
    expect(await gate.learn(new Uint8Array(3))).toEqual({ ok: false, reason: 'MALFORMED' });
    world.pass(5);
    expect(await gate.tap(await next(phone), RIDE)).toMatchObject({ reason: 'DENY_LISTED' });
  });

  test.each([
    [86_400 - 61, 'ACCEPTED'],
    [86_400, 'OVER_SINGLE_CAP'],
    [7 * 86_400 - 61, 'OVER_SINGLE_CAP'],
    [7 * 86_400, 'TRUST_TOO_OLD'],
  ])('%i s after it was proven, a fare of half the cap and more: %s', async (seconds, expected) => {
    const world = new World();
    world.pass(seconds);
    const gate = await world.gate();
    const expiresAt = NOW + 20 * 86_400;
    const code = await next(await world.phone(1, { expiresAt }));
    const ride = { ...RIDE, fareMinor: 1501n };
    expect(await gate.tap(code, ride)).toMatchObject({ reason: expected });
    const proof = await publishProof(TRUST, world.nowMs / 1000, ROOT);
    await gate.learn(proof);
    world.pass(1);
    const other = await next(await world.phone(2, { expiresAt }));
    expect(await gate.tap(other, ride)).toMatchObject({ reason: 'ACCEPTED' });
  });
});

test('a cryptography that breaks lets nobody in, and breaks nothing', async () => {
  const world = new World();
  const cryptography = {
    ...nodeCryptography(),
    verify: () => {
      throw new Error('no such engine');
    },
  };
  const gate = await world.gate(undefined, { cryptography });
  expect(await gate.tap(await next(await world.phone(1)), RIDE)).toMatchObject({
    ...{ outcome: 'DENIED', reason: 'GATE_FAILED' },
  });
});
