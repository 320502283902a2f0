import { MAX_AMOUNT_MINOR } from '@causeway/money';
import type { PutLiquidityRequest } from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import type { DirectoryView } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import type { ScoreStore } from './scores/store.ts';

export interface LiquidityDeps {
  scoreStore: ScoreStore;
  directory: { readonly view: DirectoryView };
  runtime: Runtime;
}

/**
 * Sets what a route may carry from now on, or lifts the limit; in force within about a second.
 * Refuses ROUTE_UNKNOWN, CURRENCY_MISMATCH, FIELD_INVALID.
 */
export async function putLiquidity(
  { scoreStore, directory, runtime }: LiquidityDeps,
  { routeId, liquidity }: PutLiquidityRequest,
  operatorId: string,
): Promise<void> {
  const route = directory.view.routes.get(routeId);
  if (!route) throw refuse('ROUTE_UNKNOWN', `there is no route ${routeId}`);
  if (liquidity === undefined) return scoreStore.lift(routeId);
  const { currencyCode, amountMinor } = liquidity;
  if (!route.currencyCodes.includes(currencyCode)) {
    throw refuse('CURRENCY_MISMATCH', `route ${routeId} carries ${route.currencyCodes.join(', ')}`);
  }
  if (amountMinor < 0n || amountMinor > MAX_AMOUNT_MINOR) {
    const field = {
      field: 'liquidity.amount_minor',
      description: `takes 0 to ${MAX_AMOUNT_MINOR}`,
    };
    throw refuse('FIELD_INVALID', `${field.field} ${field.description}`, { fields: [field] });
  }
  await scoreStore.grant(routeId, liquidity, operatorId, runtime.clock.now());
}
