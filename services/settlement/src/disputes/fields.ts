import type { DisputeStatement } from '@causeway/proto/settlement';
import type { RequestFields } from '@causeway/rpc';
import type { Statement } from './dispute.ts';

const MAX_TEXT = 1_000;
const MAX_REFERENCE = 256;

/** What somebody says; notes what is wrong with it. */
export function statementIn(fields: RequestFields, value: DisputeStatement | undefined): Statement {
  const { text = '', evidenceReference = '' } = value ?? {};
  // People write lines; other control characters have no place in words.
  fields.text('statement.text', text.replaceAll('\n', ' '), { max: MAX_TEXT });
  fields.text('statement.evidence_reference', evidenceReference, { min: 0, max: MAX_REFERENCE });
  return { text, evidenceReference };
}
