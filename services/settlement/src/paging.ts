import type { RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;
const SEQ = /^\d{1,18}$/;

/** How many rows a page holds; notes a size that is not one. */
export function pageSizeIn(fields: RequestFields, pageSize: number): number {
  fields.within('page_size', pageSize, 0, MAX_PAGE);
  return pageSize === 0 ? DEFAULT_PAGE : pageSize;
}

/** A place in a list that goes by the numbers of commands, opaque to callers; it names its list. */
export function tokenOf(list: string, seq: bigint): string {
  return Buffer.from(`${list} ${seq}`).toString('base64url');
}

/** The place that a token of this list names; undefined for the first page. Throws PAGE_TOKEN_INVALID. */
export function seqIn(list: string, token: string): bigint | undefined {
  if (token === '') return undefined;
  const [named, seq = ''] = Buffer.from(token.slice(0, 256), 'base64url').toString().split(' ');
  if (named === list && SEQ.test(seq)) return BigInt(seq);
  throw new Refusal('PAGE_TOKEN_INVALID', 'page_token is not one of this list');
}
