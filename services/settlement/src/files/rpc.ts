import type { Database } from '@causeway/db';
import type { Participant } from '@causeway/proto/common';
import { ClearingFileServiceService } from '@causeway/proto/settlement';
import { type Identity, type Implementation, implement, RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { getCertificate, listSigningKeys } from '../certificate/get-certificate.ts';
import type { SigningKeys } from '../certificate/signing-keys.ts';
import { isSameParticipant, type ParticipantRef, participantOf } from '../participants.ts';
import { maySee, ownOf } from '../viewer.ts';
import { downloadClearingFile } from './download-clearing-file.ts';
import { listClearingFiles } from './list-clearing-files.ts';

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const MAX_NAME_LENGTH = 512;

/** ClearingFileService of settlement.v1. */
export function fileImplementation(db: Database, signingKeys: SigningKeys): Implementation {
  return implement(ClearingFileServiceService, {
    listClearingFiles: async ({ participant, clearingDate }, { identity }) => {
      const whose = participantFor(identity, participant);
      if (clearingDate !== '') checkDate(clearingDate);
      return { files: await listClearingFiles(db, whose, clearingDate) };
    },
    downloadClearingFile: ({ name, offset }, { identity }) => {
      const fields = new RequestFields();
      fields.text('name', name, { max: MAX_NAME_LENGTH });
      fields.refuse();
      return downloadClearingFile(db, { name, offset }, ({ participant }) =>
        maySee(identity, participant),
      );
    },
    getCertificate: async ({ participant, clearingDate }, { identity }) => {
      const whose = participantFor(identity, participant);
      checkDate(clearingDate);
      return getCertificate(db, { participant: whose, clearingDate });
    },
    listSigningKeys: async () => ({ keys: listSigningKeys(signingKeys) }),
  });
}

function checkDate(clearingDate: string): void {
  const fields = new RequestFields();
  fields.matches('clearing_date', clearingDate, DATE, 'must be a date, YYYY-MM-DD');
  fields.refuse();
}

/** The participant that is asked about, the caller itself unless named. */
function participantFor(identity: Identity, asked: Participant | undefined): ParticipantRef {
  const own = ownOf(identity);
  if (asked === undefined && own !== undefined) return own;
  const named = participantOf(asked);
  if (named === undefined) {
    const fields = new RequestFields();
    fields.wrong('participant', 'must name a participant by kind and id');
    fields.refuse();
  }
  if (named !== undefined && (own === undefined || isSameParticipant(own, named))) return named;
  throw new Refusal('CALLER_NOT_ALLOWED', 'these are the files of somebody else');
}
