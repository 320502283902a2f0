import { ParticipantKind } from '@causeway/proto/common';
import type { ClearingTerms } from '@causeway/proto/routing';
import type { DirectoryView } from '../directory/directory.ts';

/** Names somebody whom the switch settles with. */
export interface ParticipantKey {
  kind: ParticipantKind;
  /** The partner id of an acquirer, the issuer id of a wallet operator. */
  id: string;
}

/** Where a participant's days stand, as it is stored: a row of `clearing_participants`. */
export interface ParticipantRecord extends ParticipantKey {
  /** When its day ends, as settlement has put it; undefined where the directory says it. */
  terms: ClearingTerms | undefined;
  /** Of an acquirer that is settled in one currency. */
  settlementCurrencyCode: string | undefined;
  /** The first day that was still running when somebody looked last, YYYY-MM-DD. */
  opened: string | undefined;
  sealedThrough: string | undefined;
  sealedAt: Date | undefined;
}

/** A participant of the directory. */
export interface Party extends ParticipantKey {
  /** When its day ends by the directory: for an acquirer once for each of its routes. */
  defaults: readonly ClearingTerms[];
}

/** A participant as the key of a map. */
export function participantKey({ kind, id }: ParticipantKey): string {
  return `${kind}/${id}`;
}

/** Everybody who may take part in a payment, in the order of kind and id. */
export function partiesOf({ routesOf, issuers }: DirectoryView): Party[] {
  const acquirers = [...routesOf].map(([id, routes]): Party => {
    return { kind: ParticipantKind.ACQUIRER, id, defaults: routes.flatMap(termsOf) };
  });
  const operators = [...issuers].map(([id, issuer]): Party => {
    return { kind: ParticipantKind.ISSUER, id, defaults: termsOf(issuer) };
  });
  return [acquirers, operators].flatMap((parties) => parties.sort(byId));
}

function termsOf({ clearing }: { clearing: ClearingTerms | undefined }): ClearingTerms[] {
  return clearing ? [clearing] : [];
}

function byId(a: Party, b: Party): number {
  return a.id < b.id ? -1 : 1;
}
