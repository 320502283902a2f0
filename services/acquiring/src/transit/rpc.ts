import { TransitServiceService } from '@causeway/proto/acquiring';
import { type Implementation, implement } from '@causeway/rpc';
import type { Directory } from '../directory/directory.ts';
import { reached } from '../own-tables.ts';
import { later, type Partners } from '../rpc.ts';
import { listFindings } from './findings/list-findings.ts';
import { transitInsight } from './insight/insight.ts';
import { putLine } from './lines/put-line.ts';
import { selectLines } from './lines/store.ts';
import { listRides } from './rides/list-rides.ts';
import type { Bundles } from './trust/bundle.ts';
import { type Uploading, uploadTaps } from './upload.ts';

/** What the handlers work with. */
export interface Transit extends Uploading {
  directory: Directory;
  bundles: Bundles;
}

/** What transit operators call. */
export function transitService(transit: Transit, { caller, asked }: Partners): Implementation {
  const { db, bundles } = transit;
  return implement(TransitServiceService, {
    getTrustBundle: async ({ knownVersion }, call) => asked(call, () => bundles(knownVersion)),
    putTransitLine: async ({ line }, call) => ({
      line: await asked(call, (partnerId) => putLine(transit, partnerId, line)),
    }),
    listTransitLines: async (_request, call) => ({
      lines: await asked(call, (partnerId) => selectLines(db, partnerId)),
    }),
    uploadTaps: (requests, call) =>
      later(
        () => caller(call),
        (operator) => uploadTaps(transit, operator, requests),
      ),
    listRides: async (request, call) =>
      asked(call, (partnerId) => listRides(db, partnerId, request)),
    async listTransitFindings(request, call) {
      const isOperator = call.identity.kind === 'operator';
      if (isOperator) return reached(() => listFindings(db, undefined, request));
      return asked(call, (partnerId) => listFindings(db, partnerId, request));
    },
    getTransitInsight: async (request, call) =>
      asked(call, (partnerId) => transitInsight(transit, partnerId, request)),
  });
}
