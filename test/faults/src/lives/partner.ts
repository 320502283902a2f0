import { insist, type World } from '../../../support/index.ts';

/** A partner comes while routing dies, whose days up to yesterday are sealed at once. */
export async function partnerCame(world: World): Promise<void> {
  const partnerId = world.id('late').slice(0, 32);
  const route = {
    ...{ routeId: partnerId, partnerId, countryCode: 'JP', currencyCodes: ['JPY'] },
    ...{ clearing: { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 }, schemeIds: [] },
    ...{ connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
  };
  await insist(() => world.ops.directory.putRoute({ route }));
}
