import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import type { Knock, Knocker } from './knock.ts';

/**
 * The stable reason with which a call was refused; the code's name where it failed without one;
 * `accepted` where it was not refused.
 */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    if (error instanceof RpcFailure) return error.code;
    throw error;
  }
}

/** A method as ts-proto generates it, as far as calling it takes. */
export interface Method<Request> {
  path: string;
  requestSerialize: (request: Request) => Buffer;
}

/** How a call was refused, as on the wire. */
interface Refused {
  code: string;
  reason: string;
  /** The fields that BadRequest names. */
  fields: string[];
}

/** Answers a function that makes a call and tells how it was refused; `OK` where it was not. */
export function refuser(knock: Knocker) {
  return async <Request>(
    { path, requestSerialize }: Method<Request>,
    request: Request,
    from: Pick<Knock, 'as' | 'at'>,
  ): Promise<Refused> => {
    const answer = await knock({ ...from, path, bytes: requestSerialize(request) });
    const { code, reason, fields } = answer;
    return { code, reason, fields };
  };
}

/** The refusal of a request that is wrong by itself, with the fields at fault. */
export function invalid(reason: string, ...fields: string[]): Refused {
  return { code: 'INVALID_ARGUMENT', reason, fields };
}

/** The refusal of a request in which one field is not what it must be. */
export function field(name: string): Refused {
  return invalid('FIELD_INVALID', name);
}
