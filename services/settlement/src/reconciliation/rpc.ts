import { type Reconciliation, ReconciliationServiceService } from '@causeway/proto/settlement';
import { type Identity, type Implementation, implement, RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { ownOf } from '../viewer.ts';
import { assignBreak, commentBreak, resolveBreak } from './breaks/act.ts';
import { breakReport, getBreak, listBreaks, positionIn } from './breaks/list.ts';
import { type UploadDeps, uploadFile } from './upload.ts';
import { bankSidesOf, listMovements, toReconciliation } from './view/messages.ts';
import { listReconciliations, reconciliationById, wantAnotherRun } from './view/store.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

/** ReconciliationService of settlement.v1. */
export function reconciliationService(deps: UploadDeps): Implementation {
  const { db } = deps;
  return implement(ReconciliationServiceService, {
    uploadFile: (requests, call) => uploadFile(deps, call, requests),
    getReconciliation: async ({ reconciliationId }, { identity }) => ({
      reconciliation: await asked(deps, identity, reconciliationId),
    }),
    listReconciliations: async ({ pageSize, pageToken }, { identity }) => {
      const fields = new RequestFields();
      fields.within('page_size', pageSize, 0, MAX_PAGE);
      fields.refuse();
      const limit = pageSize || DEFAULT_PAGE;
      const after = positionIn(pageToken) ?? '';
      const views = await listReconciliations(db, ownOf(identity), { after, limit: limit + 1 });
      const page = views.slice(0, limit);
      return {
        reconciliations: page.map((view) => toReconciliation(view)),
        nextPageToken: views.length > limit ? (page.at(-1)?.reconciliationId ?? '') : '',
      };
    },
    runReconciliation: async ({ reconciliationId }, { identity }) => {
      await asked(deps, identity, reconciliationId);
      await wantAnotherRun(db, reconciliationId);
      deps.matcher.notify();
      return { reconciliation: await asked(deps, identity, reconciliationId) };
    },
    listMovements: async (request) => ({
      movements: await listMovements(db, deps.ours, request),
    }),
    listBreaks: (request, { identity }) => listBreaks(deps, ownOf(identity), request),
    getBreak: (request) => getBreak(deps, request),
    assignBreak: async (request, { identity }) => ({
      break: await assignBreak(deps, identity.id, request),
    }),
    commentBreak: async (request, { identity }) => ({
      break: await commentBreak(deps, identity.id, request),
    }),
    resolveBreak: async (request, { identity }) => ({
      break: await resolveBreak(deps, identity.id, request),
    }),
    getBreakReport: (request, { identity }) => breakReport(deps, ownOf(identity), request),
  });
}

async function asked(
  { db, ours }: UploadDeps,
  identity: Identity,
  reconciliationId: string,
): Promise<Reconciliation> {
  const fields = new RequestFields();
  fields.uuid('reconciliation_id', reconciliationId);
  fields.refuse();
  const view = await reconciliationById(db, ownOf(identity), reconciliationId);
  if (view === undefined) {
    throw new Refusal('RECONCILIATION_UNKNOWN', 'there is no such reconciliation');
  }
  return toReconciliation(view, await bankSidesOf(db, ours, view));
}
