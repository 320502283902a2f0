import type { CoverExposureRequest, CoverTrade } from '@causeway/proto/fx';
import { Refusal } from '@causeway/runtime';
import { until, type World } from '../support/index.ts';
import { insist } from './insist.ts';

/** Covers a pair as soon as payments have opened its position, while services die. */
export function coverWhenOpen(
  world: World,
  request: CoverExposureRequest,
): Promise<CoverTrade | undefined> {
  return until(
    () => insist(() => cover(world, request)),
    (trade) => trade !== undefined,
    { patienceMs: 60_000 },
  );
}

async function cover(world: World, request: CoverExposureRequest): Promise<CoverTrade | undefined> {
  try {
    return (await world.ops.treasury.coverExposure(request)).trade;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'NOTHING_TO_COVER') return undefined;
    throw error;
  }
}
