import { fetchTrust, trustIn } from '@causeway/callers/transit/gates';
import { RideState, TapResult } from '@causeway/proto/acquiring';
import { SECOND_ISSUER } from '@causeway/sandbox';
import type { GateRide, TrustBundle } from '@causeway/transit';
import { beforeAll, describe, expect, test } from 'vitest';
import { openPayer, openWorld, transitIn, until } from './support/index.ts';

const world = openWorld();
const { gateOf, phoneOf, ridden, claimed, faresOf, findingsOf, lossesOf } = transitIn(world);
const MINIBUS = 'mongkok-minibus';
const BOARD: GateRide = { kind: 'flat', routeId: 'mk-16', currencyCode: 'HKD', fareMinor: 8_40n };
const operator = world.callers.as(MINIBUS);

let trust: TrustBundle;
beforeAll(async () => {
  trust = await trustIn(operator, SECOND_ISSUER.id, world.runtime);
});

const bus = (known = trust) => gateOf({ operatorId: MINIBUS, scene: 'minibus', trust: known });
const nowSeconds = () => Math.floor(world.runtime.clock.nowMs() / 1_000);

/** What gates know, once they know something. */
function trustWhere(isKnown: (known: TrustBundle) => boolean): Promise<TrustBundle> {
  return until(() => fetchTrust(operator), isKnown);
}

describe.concurrent('what uploads show', () => {
  test('a cloned phone: one fare is its user’s, the other its wallet operator’s, and no more grants', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const honest = await ridden(await bus(), MINIBUS, await phone.text(), BOARD);
    const code = Buffer.from(await phone.forged({ counter: 1, madeAt: nowSeconds() + 7 }));
    const clone = await claimed(MINIBUS, { code, lineId: 'mk-16' });
    expect([honest?.result, clone?.result]).toEqual([TapResult.RECORDED, TapResult.EVIDENCE]);
    const paymentId = honest?.paymentId ?? '';
    expect(clone?.paymentId).toBe(paymentId);
    expect(await findingsOf(MINIBUS, paymentId)).toEqual(['CLONED_KEY ISSUER']);
    expect(await lossesOf(MINIBUS, paymentId)).toEqual(['840 PAID']);
    expect(await faresOf(payer)).toEqual([8_40n]);
    const refused = () =>
      phoneOf(payer).then(
        () => '',
        (error: { reason: string }) => error.reason,
      );
    expect(await until(refused, (reason) => reason !== '')).toBe('GRANT_REFUSED');
  });

  test('a gate that took an expired grant is told so, and nobody is debited', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const overMs = (phone.grant.expireTime?.getTime() ?? 0) + 60_000;
    const code = Buffer.from(await phone.forged({ counter: 1, madeAt: overMs / 1_000 }));
    const answer = await claimed(MINIBUS, { code, lineId: 'mk-16', tapTime: new Date(overMs) });
    expect(answer).toMatchObject({ result: TapResult.RECORDED, rideState: RideState.WAIVED });
    const paymentId = answer?.paymentId ?? '';
    expect(await findingsOf(MINIBUS, paymentId)).toEqual(['EXPIRED_GRANT OPERATOR']);
    expect(await lossesOf(MINIBUS, paymentId)).toEqual(['840 UNSPECIFIED']);
    expect(await faresOf(payer)).toEqual([]);
  });

  test('a grant that was denied after the ride is paid by its user; at a gate that knew, by nobody', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const gate = await bus();
    const { tap } = await gate.tap(await phone.text(), BOARD);
    const { grantId } = phone.grant;
    const [grant] = phone.phone.grants;
    if (tap === undefined || grant === undefined) throw new Error('nobody rode');
    await payer.app.grants.denyTransitGrant({ walletId: payer.walletId, grantId });
    const known = await trustWhere((fresh) => fresh.isDenied(grant));
    const before = { lineId: 'mk-16', tapTime: new Date(tap.tappedAtMs) };
    const late = await claimed(MINIBUS, { ...before, code: Buffer.from(tap.code) });
    expect(late?.rideState).toBe(RideState.PAID);
    expect(await findingsOf(MINIBUS, late?.paymentId ?? '')).toEqual(['DENY_LISTED USER']);
    const code = Buffer.from(await phone.forged({ counter: 2, madeAt: nowSeconds() }));
    const ignored = { code, lineId: 'mk-16', trustVersion: BigInt(known.version) };
    const waived = await claimed(MINIBUS, ignored);
    expect(waived?.rideState).toBe(RideState.WAIVED);
    expect(await findingsOf(MINIBUS, waived?.paymentId ?? '')).toEqual(['DENY_LISTED OPERATOR']);
    expect(await faresOf(payer)).toEqual([8_40n]);
  });

  test('whoever changes lines in time pays less', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const [first, second] = [await bus(), await bus()];
    await ridden(first, MINIBUS, await phone.text(), BOARD);
    const change = { ...BOARD, routeId: 'mk-20', fareMinor: 11_20n };
    await ridden(second, MINIBUS, await phone.text(), change);
    expect(await faresOf(payer)).toEqual([9_20n, 8_40n]);
  });

  test('garbage, months late and from everywhere, is answered tap by tap and debits nobody', async () => {
    const payer = await openPayer(world);
    const phone = await phoneOf(payer);
    const good = Buffer.from(await phone.forged({ counter: 1, madeAt: nowSeconds() }));
    const flipped = Buffer.from(good);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
    const wrong = [
      { code: Buffer.alloc(0) },
      { code: good.subarray(0, -1) },
      { code: Buffer.alloc(900, 0xa1) },
      { code: flipped },
      { code: good, sequence: 0n },
      { code: good, fareMinor: -1n },
      { code: good, lineId: 'nowhere' },
      { code: good, kind: 9 },
      { code: good, tapTime: undefined },
    ];
    const answers = await Promise.all(
      wrong.map((tap) => claimed(MINIBUS, { lineId: 'mk-16', ...tap })),
    );
    expect(answers.map((answer) => answer?.result)).toEqual(wrong.map(() => TapResult.REJECTED));
    expect(await faresOf(payer)).toEqual([]);
  });
});

test('what a wallet operator’s earlier key signed stays good; what a revoked one signed does not open', async () => {
  const issuer = world.callers.as(SECOND_ISSUER.id);
  const [leaked, next] = [world.id('k').slice(0, 30), world.id('n').slice(0, 30)];
  const payer = await openPayer(world, { issuerId: SECOND_ISSUER.id });
  await issuer.grants.rotateTransitKey({ keyId: leaked });
  const phone = await phoneOf(payer);
  expect(phone.grant.keyId).toBe(leaked);
  await issuer.grants.rotateTransitKey({ keyId: next });
  const rotated = await trustWhere((known) => known.keyOf(SECOND_ISSUER.id, next) !== undefined);
  const before = await bus(rotated);
  const ride = await ridden(before, MINIBUS, await phone.text(), BOARD);
  expect(ride?.rideState).toBe(RideState.PAID);

  await expect(issuer.grants.revokeTransitKey({ keyId: next })).rejects.toMatchObject({
    reason: 'KEY_IN_USE',
  });
  await issuer.grants.revokeTransitKey({ keyId: leaked });
  const revoked = await trustWhere(
    (known) => known.keyOf(SECOND_ISSUER.id, leaked)?.isRevoked === true,
  );
  const gate = await bus(revoked);
  expect(await gate.tap(await phone.text(), BOARD)).toMatchObject({
    ...{ outcome: 'DENIED', reason: 'KEY_REVOKED' },
  });
  // A gate that had not heard of it, and one that had.
  const unheard = await ridden(await bus(rotated), MINIBUS, await phone.text(), BOARD);
  expect(unheard).toMatchObject({ result: TapResult.RECORDED, rideState: RideState.PAID });
  const code = Buffer.from(await phone.forged({ counter: 9, madeAt: nowSeconds() }));
  const ignored = { code, lineId: 'mk-16', trustVersion: BigInt(revoked.version) };
  const waived = await claimed(MINIBUS, ignored);
  expect(waived?.rideState).toBe(RideState.WAIVED);
  expect(await findingsOf(MINIBUS, waived?.paymentId ?? '')).toEqual(['DENY_LISTED OPERATOR']);
  expect(await faresOf(payer)).toEqual([8_40n, 8_40n]);
  // Whatever a key is good for, nobody is debited by what it did not sign.
  const forged = Buffer.from(code);
  forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1);
  const rejected = await claimed(MINIBUS, { code: forged, lineId: 'mk-16' });
  expect(rejected).toMatchObject({ result: TapResult.REJECTED, reason: 'CODE_SIGNATURE' });
});
