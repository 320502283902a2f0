import type { Database } from '@causeway/db';
import {
  type ListTransitFindingsRequest,
  type ListTransitFindingsResponse,
  RideState,
  type TransitFinding,
} from '@causeway/proto/acquiring';
import { Fields } from '../../fields.ts';
import { pageSizeOf, pageToken, positionIn, UUID_FORM } from '../../page-token.ts';
import { type FindingPosition, findingsBefore, type ListedFinding } from './store.ts';

const LOSS_STATES = {
  due: RideState.DUE,
  paid: RideState.PAID,
  unpaid: RideState.UNPAID,
} as const;

const MICROS_FORM = /^[0-9]{1,18}$/;

/**
 * A page of what was found, newest first. Throws FIELD_INVALID, PAGE_TOKEN_INVALID.
 *
 * @param partnerId whose gates; undefined for everybody's
 */
export async function listFindings(
  db: Database,
  partnerId: string | undefined,
  request: ListTransitFindingsRequest,
): Promise<ListTransitFindingsResponse> {
  const fields = new Fields();
  fields.pageSize('page_size', request.pageSize);
  fields.refuse();
  const list = ['transit findings', partnerId ?? ''];
  const size = pageSizeOf(request.pageSize);
  const rows = await findingsBefore(db, partnerId, positionOf(list, request.pageToken), size + 1);
  const page = rows.slice(0, size);
  const last = rows.length > size ? page.at(-1) : undefined;
  return {
    findings: page.map(findingMessage),
    nextPageToken: last === undefined ? '' : pageToken(list, [last.createdMicros, last.findingId]),
  };
}

function positionOf(list: readonly string[], token: string): FindingPosition | undefined {
  if (token === '') return undefined;
  const [createdMicros = '', findingId = ''] = positionIn(list, token, [MICROS_FORM, UUID_FORM]);
  return { createdMicros, findingId };
}

function findingMessage(row: ListedFinding): TransitFinding {
  const { findingId, kind, liability, partnerId, gateId, sequence } = row;
  const { issuerId, grantId, counter, rule } = row;
  return {
    ...{ findingId, kind, liability, partnerId, gateId, sequence },
    ...{ issuerId, grantId, counter, rule, paymentId: row.paymentId ?? '' },
    amount:
      row.amountMinor === null
        ? undefined
        : { currencyCode: row.currencyCode ?? '', amountMinor: row.amountMinor },
    createTime: row.createdAt,
    lossPaymentId: row.lossPaymentId ?? '',
    lossState: row.lossState === null ? RideState.UNSPECIFIED : LOSS_STATES[row.lossState],
  };
}
