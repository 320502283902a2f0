import { LiquidityProviderServiceService } from '@causeway/proto/fx';
import { type Implementation, implement } from '@causeway/rpc';
import type { LiquidityDesk } from './desk.ts';

/** What the switch calls when it covers its open position with one provider. */
export function liquidityService(desk: LiquidityDesk): Implementation {
  return implement(LiquidityProviderServiceService, {
    async executeTrade(request) {
      return desk.execute(request);
    },
  });
}
