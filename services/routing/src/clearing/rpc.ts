import { ClearingDayServiceService } from '@causeway/proto/routing';
import { type Implementation, implement } from '@causeway/rpc';
import { controlTotals, type TotalsDeps } from './control-totals.ts';
import { listDays } from './list-days.ts';
import { putTerms } from './put-terms.ts';
import { sealDay } from './seal-day.ts';
import type { SealDeps } from './seal-worker.ts';

/** ClearingDayService: maps requests to operations, and nothing else. */
export function clearingDayService(deps: SealDeps & TotalsDeps): Implementation {
  return implement(ClearingDayServiceService, {
    async putClearingTerms(request, _call) {
      await putTerms(deps, request);
      return {};
    },
    async listClearingDays(_request, _call) {
      return { days: await listDays(deps) };
    },
    async sealClearingDay(request, _call) {
      return { day: await sealDay(deps, request) };
    },
    async getControlTotals(request, _call) {
      return { totals: await controlTotals(deps, request) };
    },
  });
}
