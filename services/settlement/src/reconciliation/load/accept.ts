import type { Tx } from '@causeway/db';
import type { CommandHandler } from '../../commands/commands.ts';
import type { Side } from '../../participants.ts';
import { type Format, fileIdOf, reconciliationIdOf, type Source } from '../source.ts';
import { addFile, wantRun } from './file-store.ts';
import type { LoadedFile } from './load.ts';
import { endLoad } from './store.ts';

/** What the command says: all that follows from the bytes of the file and from what they are about. */
export type UploadBody = {
  readonly source: 'partner' | 'bank';
  readonly participant_kind: string;
  readonly participant_id: string;
  readonly account: string;
  readonly currency_code: string;
  readonly from_date: string;
  readonly to_date: string;
  readonly format: Format;
  readonly sha256: string;
  readonly size_bytes: string;
  readonly line_count: number;
};

/** The body of the command that takes a file. */
export function bodyOf({ source, format, digest, sizeBytes, lineCount }: LoadedFile): UploadBody {
  const about =
    source.kind === 'partner'
      ? {
          ...{ participant_kind: source.participant.kind, participant_id: source.participant.id },
          ...{ account: '', currency_code: '' },
          ...{ from_date: source.clearingDate, to_date: source.clearingDate },
        }
      : {
          ...{ participant_kind: '', participant_id: '' },
          ...{ account: source.account, currency_code: source.currencyCode },
          ...{ from_date: source.fromDate, to_date: source.toDate },
        };
  const sha256 = digest.toString('hex');
  return {
    ...{ source: source.kind, ...about, format, sha256 },
    ...{ size_bytes: String(sizeBytes), line_count: lineCount },
  };
}

/**
 * Takes a file whose lines are loaded: it becomes what its reconciliation goes by, and a run is
 * wanted. Lines are no part of the books, so a rebuild takes the file without them.
 */
export function uploadFile(loaded: {
  loadId: string;
  fileName: string;
}): CommandHandler<UploadBody> {
  return {
    kind: 'reconciliation.upload',
    async apply(tx: Tx, { body, operatorId, recordedAt }) {
      const source = sourceFrom(body);
      const reconciliationId = reconciliationIdOf(source);
      const digest = Buffer.from(body.sha256, 'hex');
      const fileId = fileIdOf(reconciliationId, digest);
      await wantRun(tx, { reconciliationId, source, fileId, at: recordedAt });
      await addFile(tx, {
        ...{ fileId, reconciliationId, digest, ...loaded, format: body.format },
        ...{ sizeBytes: BigInt(body.size_bytes), lineCount: body.line_count },
        ...{ uploadedBy: operatorId, uploadedAt: recordedAt },
      });
      await endLoad(tx, loaded.loadId);
    },
  };
}

function sourceFrom(body: UploadBody): Source {
  if (body.source === 'bank') {
    const { account, currency_code: currencyCode, from_date: fromDate, to_date: toDate } = body;
    return { kind: 'bank', account, currencyCode, fromDate, toDate };
  }
  const kind: Side = body.participant_kind === 'issuer' ? 'issuer' : 'acquirer';
  const participant = { kind, id: body.participant_id };
  return { kind: 'partner', participant, clearingDate: body.from_date };
}
