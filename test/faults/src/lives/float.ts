import { holds, insist, same, type World } from '../../../support/index.ts';

const SETTLED = { settledMinor: 100n, feeMinor: 3n, correctionMinor: 0n, paidMinor: 97n };

/**
 * Records a settlement with the switch while the wallet dies, and throws unless it is there once. The
 * day, as `2001-01-01`, is one on which nobody paid, so that nobody else settles it.
 */
export async function floatSettled(
  { issuer: { float } }: World,
  clearingDate: string,
): Promise<void> {
  const feesMinor = async () =>
    (await insist(() => float.getFloatStatement({}))).statement?.feesMinor ?? 0n;
  const before = await feesMinor();
  const settlement = { clearingDate, ...SETTLED };
  await insist(() => float.recordSettlement(settlement));
  const again = await insist(() => float.recordSettlement(settlement));
  holds(again.replay, 'a settlement was recorded twice');
  same((await feesMinor()) - before, SETTLED.feeMinor, 'the fees of one settlement');
}

/** Proves the float while the wallet dies, and throws unless there is one proof. */
export async function floatProved(world: World): Promise<void> {
  const { float } = world.issuer;
  const asked = {
    ...{ requestId: world.id('proof'), floatDate: '', trustReference: 'camt.053 9' },
    ...{ trustBalance: { currencyCode: 'HKD', amountMinor: 1_00n }, inTransit: [] },
  };
  const { proof } = await insist(() => float.proveFloat(asked));
  const again = await insist(() => float.proveFloat(asked));
  same(again, { proof, replay: true }, 'a proof that was asked for again');
  const later = await insist(() => float.proveFloat({ ...asked, requestId: world.id('proof') }));
  same(later.proof?.version, (proof?.version ?? 0) + 1, 'the version of the proof after it');
}
