import { expect } from 'vitest';
import type { World } from '../support/index.ts';
import { insist } from './insist.ts';

/** A day on which nobody paid, so that no other test settles it. */
const CLEARING_DATE = '2001-01-01';
const SETTLED = { settledMinor: 100n, feeMinor: 3n, correctionMinor: 0n, paidMinor: 97n };

/** Records a settlement with the switch while the wallet dies, and expects it to be there once. */
export async function floatSettled({ issuer: { float } }: World): Promise<void> {
  const feesMinor = async () =>
    (await insist(() => float.getFloatStatement({}))).statement?.feesMinor ?? 0n;
  const before = await feesMinor();
  const settlement = { clearingDate: CLEARING_DATE, ...SETTLED };
  await insist(() => float.recordSettlement(settlement));
  const again = await insist(() => float.recordSettlement(settlement));
  expect(again.replay).toBe(true);
  expect((await feesMinor()) - before).toBe(SETTLED.feeMinor);
}

/** Proves the float while the wallet dies, and expects one proof. */
export async function floatProved(world: World): Promise<void> {
  const { float } = world.issuer;
  const asked = {
    ...{ requestId: world.id('proof'), floatDate: '', trustReference: 'camt.053 9' },
    ...{ trustBalance: { currencyCode: 'HKD', amountMinor: 1_00n }, inTransit: [] },
  };
  const { proof } = await insist(() => float.proveFloat(asked));
  const again = await insist(() => float.proveFloat(asked));
  expect(again).toEqual({ proof, replay: true });
  const later = await insist(() => float.proveFloat({ ...asked, requestId: world.id('proof') }));
  expect(later.proof?.version).toBe((proof?.version ?? 0) + 1);
}
