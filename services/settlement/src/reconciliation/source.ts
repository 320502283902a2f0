import { uuidFrom } from '@causeway/runtime';
import type { ParticipantRef } from '../participants.ts';

/** What the books are compared with: a participant's clearing day, or an account at a bank. */
export type Source =
  | { kind: 'partner'; participant: ParticipantRef; clearingDate: string }
  | { kind: 'bank'; account: string; currencyCode: string; fromDate: string; toDate: string };

/** How a file is written. */
export type Format = 'csv' | 'camt053';

/** The id of a reconciliation: the same for every file about the same. */
export function reconciliationIdOf(source: Source): string {
  if (source.kind === 'partner') {
    const { participant, clearingDate } = source;
    return uuidFrom('reconciliation', 'partner', participant.kind, participant.id, clearingDate);
  }
  const { account, currencyCode, fromDate, toDate } = source;
  return uuidFrom('reconciliation', 'bank', account, currencyCode, fromDate, toDate);
}

/** The id of a file: the same bytes about the same are the same file, for ever. */
export function fileIdOf(reconciliationId: string, digest: Uint8Array): string {
  return uuidFrom('reconciliation.file', reconciliationId, Buffer.from(digest).toString('hex'));
}

/** A source in words. */
export function toldOf(source: Source): string {
  if (source.kind === 'partner') {
    return `${source.participant.kind} ${source.participant.id} ${source.clearingDate}`;
  }
  return `bank ${source.account} ${source.currencyCode} ${source.fromDate} to ${source.toDate}`;
}
