import type { ListCoverTradesRequest, ListCoverTradesResponse } from '@causeway/proto/fx';
import { refuse, refuseField } from '../errors.ts';
import { tradesBefore } from './store.ts';
import { toCoverTrade } from './trade-message.ts';
import type { Treasury } from './treasury.ts';

const USUAL_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 500;
const POSITION = /^(\d{1,15}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A page of cover trades, newest first. Throws FIELD_INVALID, PAGE_TOKEN_INVALID. */
export async function listCoverTrades(
  { db }: Treasury,
  { pageSize, pageToken }: ListCoverTradesRequest,
): Promise<ListCoverTradesResponse> {
  if (pageSize < 0 || pageSize > MAX_PAGE_SIZE) {
    throw refuseField('FIELD_INVALID', 'page_size', `must be 0 to ${MAX_PAGE_SIZE}`);
  }
  const size = pageSize === 0 ? USUAL_PAGE_SIZE : pageSize;
  const rows = await tradesBefore(db, positionIn(pageToken), size + 1);
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return {
    trades: page.map(toCoverTrade),
    nextPageToken: rows.length > size && last !== undefined ? tokenOf(last) : '',
  };
}

function tokenOf({ createdAt, tradeId }: { createdAt: Date; tradeId: string }): string {
  return Buffer.from(`${createdAt.getTime()} ${tradeId}`).toString('base64url');
}

function positionIn(token: string): { createdAt: Date; tradeId: string } | undefined {
  if (token === '') return undefined;
  const [, createdMs, tradeId] = POSITION.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (createdMs === undefined || tradeId === undefined) {
    throw refuse('PAGE_TOKEN_INVALID', 'this token is not one of this list');
  }
  return { createdAt: new Date(Number.parseInt(createdMs, 10)), tradeId };
}
