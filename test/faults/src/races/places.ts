import { openShop, seededShop } from '../../../support/index.ts';
import { onceFor } from './at-once.ts';

/** A shop in Tokyo whose partner is not asked. */
export const shopOf = onceFor((world) => openShop(world));

/** One whose partner is asked before the capture. */
export const connectedShopOf = onceFor((world) => seededShop(world, 'merlion'));

/** One that sells in the payers' own currency, so that prices are whole and known. */
export const homeShopOf = onceFor((world) => seededShop(world, 'harbour'));
