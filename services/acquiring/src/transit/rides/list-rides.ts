import type { Database } from '@causeway/db';
import type { ListRidesRequest, ListRidesResponse } from '@causeway/proto/acquiring';
import { Fields } from '../../fields.ts';
import { pageSizeOf, pageToken, positionIn, UUID_FORM } from '../../page-token.ts';
import { rideMessage } from '../ride-message.ts';
import { type RidePosition, ridesBefore } from './list-store.ts';

const MICROS_FORM = /^[0-9]{1,18}$/;

/** A page of an operator's rides, newest first. Throws FIELD_INVALID, PAGE_TOKEN_INVALID. */
export async function listRides(
  db: Database,
  partnerId: string,
  request: ListRidesRequest,
): Promise<ListRidesResponse> {
  const fields = new Fields();
  fields.pageSize('page_size', request.pageSize);
  fields.refuse();
  const list = ['rides', partnerId];
  const size = pageSizeOf(request.pageSize);
  const rows = await ridesBefore(db, partnerId, positionOf(list, request.pageToken), size + 1);
  const page = rows.slice(0, size);
  const last = rows.length > size ? page.at(-1) : undefined;
  return {
    rides: page.map(({ ride, sightingCount }) => rideMessage(ride, sightingCount)),
    nextPageToken:
      last === undefined
        ? ''
        : pageToken(list, [last.position.createdMicros, last.position.paymentId]),
  };
}

function positionOf(list: readonly string[], token: string): RidePosition | undefined {
  if (token === '') return undefined;
  const [createdMicros = '', paymentId = ''] = positionIn(list, token, [MICROS_FORM, UUID_FORM]);
  return { createdMicros, paymentId };
}
