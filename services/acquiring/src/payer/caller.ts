import type { Call } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { Fields } from '../fields.ts';
import type { PayerCaller } from '../routed.ts';

/**
 * The wallet operator that a call is for: the one of the certificate, which may name no other, or
 * the one that a service of this system names. Throws ISSUER_NOT_CALLER, FIELD_INVALID.
 */
export function payerCaller({ identity, deadlineMs }: Call, named: string): PayerCaller {
  if (identity.kind === 'issuer') {
    if (named === '' || named === identity.id) return { issuerId: identity.id, deadlineMs };
    throw new Refusal('ISSUER_NOT_CALLER', `${identity.id} may act only for itself`);
  }
  const fields = new Fields();
  const form = 'must be 1 to 32 characters of a-z, 0-9 and "-"';
  fields.matches('issuer_id', named, /^[a-z0-9-]{1,32}$/, form);
  fields.refuse();
  return { issuerId: named, deadlineMs };
}
