import { fetchTrust, openGate, trustIn, upload, uploadOf } from '@causeway/callers/transit/gates';
import { MemoryFile } from '@causeway/callers/transit/memory-file';
import { RideState, TapResult } from '@causeway/proto/acquiring';
import type { Gate, GateRide, TrustBundle } from '@causeway/transit';
import { beforeAll, describe, expect, test } from 'vitest';
import { minor, openPayer, openWorld, transitIn, until } from './support/index.ts';

const world = openWorld();
const transit = transitIn(world);
const { gateId, phoneOf, faresOf, rideOf, findingsOf, lossesOf } = transit;
const MINIBUS = 'mongkok-minibus';
const METRO = 'lion-rock-metro';
const BOARD: GateRide = { kind: 'flat', routeId: 'mk-16', currencyCode: 'HKD', fareMinor: 8_40n };

let trust: TrustBundle;
beforeAll(async () => {
  trust = await trustIn(world.callers.as(MINIBUS), world.issuer.id, world.runtime);
});

/** A gate whose clock was set while it still had a network. */
function gateOf(operatorId: string): Promise<Gate> {
  const scene = operatorId === METRO ? 'metro' : 'minibus';
  return transit.gateOf({ operatorId, scene, trust });
}

describe.concurrent('with no network on either side', () => {
  test('19 riders board in a row; a power cut loses no tap; uploads come out of order and twice', async () => {
    const riders = await Promise.all(
      Array.from({ length: 19 }, async () => {
        const payer = await openPayer(world, { balanceMinor: 100_00n });
        return { payer, phone: await phoneOf(payer) };
      }),
    );
    const file = new MemoryFile();
    const id = gateId('bus');
    const bus = { operatorId: MINIBUS, gateId: id, scene: 'minibus' as const, trust };
    const before = await openGate(world.runtime, { ...bus, file });
    for (const { phone } of riders.slice(0, 11)) {
      expect((await before.tap(await phone.text(), BOARD)).outcome).toBe('OK');
    }
    // The power goes while the next record is being written.
    const after = await openGate(world.runtime, {
      ...bus,
      file: file.afterPowerCut(new Uint8Array([0xc5, 0x11, 0x00])),
    });
    for (const { phone } of riders.slice(11)) {
      expect((await after.tap(await phone.text(), BOARD)).outcome).toBe('OK');
    }
    const taps = after.waiting().map(({ tap }) => uploadOf(tap));
    expect(taps).toHaveLength(19);
    const operator = world.callers.as(MINIBUS);
    const shuffled = [...taps.slice(7), ...taps.slice(0, 7)].reverse();
    const [first, second] = await Promise.all([upload(operator, shuffled), upload(operator, taps)]);
    const third = await upload(operator, taps);
    const results = [...first, ...second].map(({ result }) => TapResult[result]).sort();
    expect(results).toEqual([...Array(19).fill('RECORDED'), ...Array(19).fill('REPEATED')]);
    expect(third.map(({ result }) => result)).toEqual(Array(19).fill(TapResult.REPEATED));
    expect(third.map(({ rideState }) => rideState)).toEqual(Array(19).fill(RideState.PAID));
    for (const { payer } of riders) expect(await faresOf(payer)).toEqual([8_40n]);
  });

  test('one code at three gates is paid once, and its grant is stopped at every gate', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const text = await phone.text();
    const gates = await Promise.all([gateOf(MINIBUS), gateOf(MINIBUS), gateOf(MINIBUS)]);
    const answers = [];
    for (const gate of gates) answers.push(await gate.tap(text, BOARD));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['OK', 'OK', 'OK']);
    expect((await gates[0]?.tap(text, BOARD))?.outcome).toBe('DUPLICATE');
    const operator = world.callers.as(MINIBUS);
    const taps = answers.flatMap(({ tap }) => (tap ? [uploadOf(tap)] : []));
    const uploaded = await upload(operator, taps);
    expect(uploaded.map(({ result }) => TapResult[result]).sort()).toEqual([
      ...['EVIDENCE', 'EVIDENCE', 'RECORDED'],
    ]);
    const paymentId = uploaded[0]?.paymentId ?? '';
    expect(new Set(uploaded.map((answer) => answer.paymentId)).size).toBe(1);
    expect(await faresOf(payer)).toEqual([8_40n]);
    expect(await findingsOf(MINIBUS, paymentId)).toEqual([
      ...['REPLAYED_CODE OPERATOR', 'REPLAYED_CODE OPERATOR'],
    ]);
    // They are one operator's gates, by its own word: nobody else pays for their copies.
    expect(await lossesOf(MINIBUS, paymentId)).toEqual(['840 UNSPECIFIED', '840 UNSPECIFIED']);
    expect(await faresOf(payer)).toEqual([8_40n]);
    const later = await phone.text();
    const isDenied = async () => {
      const fresh = await fetchTrust(operator);
      const gate = await openGate(world.runtime, {
        ...{ operatorId: MINIBUS, gateId: gateId('late'), scene: 'minibus', trust: fresh },
      });
      return (await gate.tap(later, BOARD)).outcome;
    };
    expect(await until(isDenied, (outcome) => outcome === 'DENIED')).toBe('DENIED');
  });

  test('a phone whose clock is wrong is let in by rule, or refused, and pays its fare once', async () => {
    const payer = await openPayer(world);
    const { clock } = world.runtime;
    let aheadMs = 0;
    const phone = await phoneOf(payer, {
      nowMs: () => clock.nowMs() + aheadMs,
      monotonicMs: () => clock.monotonicMs() + aheadMs,
    });
    aheadMs = 600_000;
    const gate = await gateOf(MINIBUS);
    expect((await gate.tap(await phone.text(), BOARD)).outcome).toBe('CODE_EXPIRED');
    aheadMs = 60_000;
    const { outcome, flags, tap } = await gate.tap(await phone.text(), BOARD);
    expect([outcome, ...flags]).toEqual(['OK', 'PHONE_CLOCK_AHEAD']);
    const [uploaded] = await upload(world.callers.as(MINIBUS), tap ? [uploadOf(tap)] : []);
    expect(uploaded?.rideState).toBe(RideState.PAID);
    expect(await findingsOf(MINIBUS, uploaded?.paymentId ?? '')).toEqual([
      'CLOCK_SKEW UNSPECIFIED',
    ]);
    expect(await faresOf(payer)).toEqual([8_40n]);
  });

  test('an exit that is uploaded before its entry makes one ride, at the fare between them', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const way = { routeId: 'jade', currencyCode: 'HKD' };
    const [inside, outside] = await Promise.all([gateOf(METRO), gateOf(METRO)]);
    const entered = await inside.tap(await phone.text(), {
      ...{ ...way, kind: 'entry', stopId: 'tai-wai', fareMinor: 21_50n },
    });
    const left = await outside.tap(await phone.text(), {
      ...{ ...way, kind: 'exit', stopId: 'central', fareMinor: 0n },
    });
    expect([entered.outcome, left.outcome]).toEqual(['OK', 'OK']);
    const operator = world.callers.as(METRO);
    const [exit] = await upload(operator, left.tap ? [uploadOf(left.tap)] : []);
    expect(exit).toMatchObject({ result: TapResult.RECORDED, rideState: RideState.OPEN });
    const [entry] = await upload(operator, entered.tap ? [uploadOf(entered.tap)] : []);
    expect(entry).toMatchObject({ result: TapResult.RECORDED, rideState: RideState.PAID });
    const ride = await rideOf(METRO, entry?.paymentId ?? '');
    expect(ride).toMatchObject({ fromStopId: 'tai-wai', toStopId: 'central', sightingCount: 2 });
    expect(minor(ride?.fare)).toBe(11_00n);
    expect(await faresOf(payer)).toEqual([11_00n]);
  });

  test('a fare that the balance does not cover is lent once; arrears stop grants until paid', async () => {
    const payer = await openPayer(world, { balanceMinor: 5_00n });
    const phone = await phoneOf(payer);
    const operator = world.callers.as(MINIBUS);
    const board = async () => {
      const gate = await gateOf(MINIBUS);
      const { tap } = await gate.tap(await phone.text(), BOARD);
      return (await upload(operator, tap ? [uploadOf(tap)] : []))[0];
    };
    expect((await board())?.rideState).toBe(RideState.PAID);
    const lent = await board();
    expect(lent?.rideState).toBe(RideState.UNPAID);
    expect(await findingsOf(MINIBUS, lent?.paymentId ?? '')).toEqual(['UNPAID ISSUER']);
    expect(await lossesOf(MINIBUS, lent?.paymentId ?? '')).toEqual(['840 PAID']);
    await expect(phoneOf(payer)).rejects.toMatchObject({ reason: 'ARREARS_OPEN' });
    await payer.topUp(10_00n);
    expect(await payer.balance()).toBe(10_00n - 3_40n);
    expect((await phoneOf(payer)).grant.deniedReason).toBe('');
  });

  test('taps under a grant that its user had stopped are nobody’s to pay but those who are liable', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const { grantId } = phone.grant;
    await payer.app.grants.denyTransitGrant({ walletId: payer.walletId, grantId });
    const operator = world.callers.as(MINIBUS);
    const learned = async () => {
      const fresh = await fetchTrust(operator);
      const [grant] = phone.phone.grants;
      return grant !== undefined && fresh.isDenied(grant);
    };
    expect(await until(learned, (isDenied) => isDenied)).toBe(true);
    // A gate that has not heard of it opens.
    const gate = await gateOf(MINIBUS);
    const { outcome, tap } = await gate.tap(await phone.text(), BOARD);
    expect(outcome).toBe('OK');
    const [uploaded] = await upload(operator, tap ? [uploadOf(tap)] : []);
    expect(uploaded?.rideState).toBe(RideState.WAIVED);
    expect(await findingsOf(MINIBUS, uploaded?.paymentId ?? '')).toEqual(['DENY_LISTED ISSUER']);
    expect(await lossesOf(MINIBUS, uploaded?.paymentId ?? '')).toEqual(['840 PAID']);
    expect(await faresOf(payer)).toEqual([]);
  });
});
