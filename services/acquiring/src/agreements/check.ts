import { Fields } from '../fields.ts';

/** Throws FIELD_INVALID unless the text is the id of an agreement by its form. */
export function checkAgreementId(agreementId: string): void {
  const fields = new Fields();
  fields.uuid('agreement_id', agreementId);
  fields.refuse();
}
