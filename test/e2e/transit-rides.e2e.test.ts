import { RideState, TapResult, TransitTapKind } from '@causeway/proto/acquiring';
import { PaymentMethod, PaymentState } from '@causeway/proto/common';
import { describe, expect, test } from 'vitest';
import { minor, openPayer, openRider, openWorld, uploaded } from './support/index.ts';

const world = openWorld();

describe.concurrent('a ride', () => {
  test('on a minibus is granted, tapped without a network, uploaded and paid once', async () => {
    const payer = await openPayer(world);
    const rider = await openRider(world, payer);
    const before = await payer.balance();
    const code = await rider.code();
    const operator = world.callers.as('mongkok-minibus');
    const tap = {
      ...{ gateId: world.id('g').slice(0, 20), sequence: 1n, kind: TransitTapKind.FLAT },
      ...{ lineId: 'mk-16', stopId: '', tapTime: new Date(), fareMinor: 0n, trustVersion: 0n },
      code: Buffer.from(code),
    };
    const [first] = await uploaded(operator, [tap]);
    expect(first).toMatchObject({ result: TapResult.RECORDED, rideState: RideState.PAID });
    const [again] = await uploaded(operator, [tap]);
    expect(again).toMatchObject({ result: TapResult.REPEATED, paymentId: first?.paymentId });
    expect(before - (await payer.balance())).toBe(8_40n);
    const key = { $case: 'paymentId', value: first?.paymentId ?? '' } as const;
    const { payment } = await operator.payments.getPayment({ key });
    expect(payment).toMatchObject({
      state: PaymentState.SUCCEEDED,
      method: PaymentMethod.TRANSIT,
      partnerId: 'mongkok-minibus',
    });
    expect(minor(payment?.payerAmount)).toBe(8_40n);
  });
});
