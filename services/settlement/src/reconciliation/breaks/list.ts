import type { Database } from '@causeway/db';
import type {
  GetBreakReportRequest,
  GetBreakReportResponse,
  GetBreakRequest,
  GetBreakResponse,
  ListBreaksRequest,
  ListBreaksResponse,
} from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { isUuid, Refusal, type Runtime } from '@causeway/runtime';
import type { Owner } from '../view/store.ts';
import { kindName, kindNamed, stateName, stateNamed, toBreak } from './break.ts';
import { actionsOf, breakById, countBreaks, listBreakRows } from './store.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

interface ListDeps {
  db: Database;
  runtime: Runtime;
}

/** A page of breaks, the oldest first. Throws FIELD_INVALID, PAGE_TOKEN_INVALID. */
export async function listBreaks(
  { db, runtime }: ListDeps,
  owner: Owner | undefined,
  request: ListBreaksRequest,
): Promise<ListBreaksResponse> {
  const fields = new RequestFields();
  if (request.reconciliationId !== '') fields.uuid('reconciliation_id', request.reconciliationId);
  fields.within('page_size', request.pageSize, 0, MAX_PAGE);
  fields.refuse();
  const limit = request.pageSize || DEFAULT_PAGE;
  const filter = {
    owner,
    reconciliationId: request.reconciliationId || undefined,
    state: stateName(request.state),
    kind: kindName(request.kind),
    assignee: request.assignee || undefined,
  };
  const after = positionIn(request.pageToken);
  const rows = await listBreakRows(db, filter, { after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const now = runtime.clock.now();
  return {
    breaks: page.map((row) => toBreak(row, now)),
    nextPageToken: rows.length > limit ? (page.at(-1)?.breakId ?? '') : '',
  };
}

/** The id behind which a page begins; undefined for the first. Throws PAGE_TOKEN_INVALID. */
export function positionIn(token: string): string | undefined {
  if (token === '') return undefined;
  if (isUuid(token)) return token;
  throw new Refusal('PAGE_TOKEN_INVALID', 'the page token is none of this list');
}

/** One break with what was done about it. Throws FIELD_INVALID, BREAK_UNKNOWN. */
export async function getBreak(
  { db, runtime }: ListDeps,
  { breakId }: GetBreakRequest,
): Promise<GetBreakResponse> {
  const fields = new RequestFields();
  fields.uuid('break_id', breakId);
  fields.refuse();
  const row = await breakById(db, breakId);
  if (row === undefined) throw new Refusal('BREAK_UNKNOWN', 'there is no such break');
  const actions = await actionsOf(db, breakId);
  return {
    break: toBreak(row, runtime.clock.now()),
    actions: actions.map(({ currencyCode, adjustmentMinor, recordedAt, ...action }) => ({
      ...action,
      adjustment:
        currencyCode === null || adjustmentMinor === null
          ? undefined
          : { currencyCode, amountMinor: adjustmentMinor },
      recordTime: recordedAt,
    })),
  };
}

/** Breaks counted by kind, state, age and currency. Throws FIELD_INVALID. */
export async function breakReport(
  { db, runtime }: ListDeps,
  owner: Owner | undefined,
  { reconciliationId }: GetBreakReportRequest,
): Promise<GetBreakReportResponse> {
  const fields = new RequestFields();
  if (reconciliationId !== '') fields.uuid('reconciliation_id', reconciliationId);
  fields.refuse();
  const now = runtime.clock.now();
  const filter = {
    ...{ owner, reconciliationId: reconciliationId || undefined },
    ...{ state: undefined, kind: undefined, assignee: undefined },
  };
  const counted = await countBreaks(db, filter, now);
  return {
    lines: counted.map(({ kind, state, currencyCode, stakeMinor, ...rest }) => ({
      ...rest,
      kind: kindNamed(kind),
      state: stateNamed(state),
      stake: { currencyCode, amountMinor: stakeMinor },
    })),
    reportTime: now,
  };
}
