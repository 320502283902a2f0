import { ReportServiceService } from '@causeway/proto/settlement';
import { type Implementation, implement, RequestFields } from '@causeway/rpc';
import { maySee } from '../viewer.ts';
import type { DrawUpDeps } from '../windows/draw-up.ts';
import { keyNamed, unknownWindow } from '../windows/named.ts';
import { gathered } from './gather.ts';
import { reportHtml } from './write.ts';

/** ReportService of settlement.v1. */
export function reportService(deps: DrawUpDeps): Implementation {
  return implement(ReportServiceService, {
    async getDayReport(request, { identity }) {
      const key = keyNamed(new RequestFields(), request);
      if (!maySee(identity, key.participant)) throw unknownWindow();
      return { html: reportHtml(await gathered(deps, key)) };
    },
  });
}
