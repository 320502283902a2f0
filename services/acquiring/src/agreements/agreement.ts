import type { Database, Queryable } from '@causeway/db';
import { type Agreement, AgreementState } from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import type { Links } from '../presented/links.ts';
import type { Routed } from '../routed.ts';
import { type AgreementRow, agreementsOf } from './store.ts';

/** What the operations on agreements work with. */
export interface Agreements {
  db: Database;
  links: Links;
  routed: Routed;
}

/** A partner's agreement. Throws AGREEMENT_UNKNOWN, also for one of another partner. */
export async function agreementOf(
  db: Queryable,
  partnerId: string,
  agreementId: string,
): Promise<AgreementRow> {
  const [row] = await agreementsOf(db, [agreementId]);
  if (row === undefined || row.partnerId !== partnerId) throw agreementUnknown();
  return row;
}

/** The refusal for an agreement that the caller does not have. */
export function agreementUnknown(why = 'there is no such agreement'): Refusal {
  return new Refusal('AGREEMENT_UNKNOWN', why);
}

/** Where an agreement stands; an offer whose time is over has ended, without a write. */
export function stateOf({ state, isPast }: AgreementRow): AgreementState {
  return state === AgreementState.OFFERED && isPast ? AgreementState.ENDED : state;
}

/** The agreement as partners see it. */
export function toAgreement(row: AgreementRow): Agreement {
  const { agreementId, merchantId, displayName, countryCode, city, categoryCode } = row;
  const state = stateOf(row);
  return {
    agreementId,
    merchant: {
      ...{ merchantId, storeId: '', terminalId: '' },
      ...{ displayName, countryCode, city, categoryCode },
    },
    state,
    description: row.description,
    issuerId: row.issuerId ?? '',
    expireTime: row.expiresAt,
    createTime: row.createdAt,
    updateTime: state === row.state ? row.updatedAt : row.expiresAt,
  };
}

/** The agreement as a wallet operator sees it: who else keeps one is none of its business. */
export function toPayerAgreement(row: AgreementRow, issuerId: string): Agreement {
  const agreement = toAgreement(row);
  return agreement.issuerId === issuerId ? agreement : { ...agreement, issuerId: '' };
}
