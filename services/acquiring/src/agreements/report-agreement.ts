import {
  AgreementState,
  type ReportAgreementRequest,
  type ReportAgreementResponse,
} from '@causeway/proto/acquiring';
import { failpoint, Refusal } from '@causeway/runtime';
import { Fields } from '../fields.ts';
import type { PayerCaller } from '../routed.ts';
import { type Agreements, agreementUnknown, stateOf, toPayerAgreement } from './agreement.ts';
import { type AgreementRow, lockAgreement, updateAgreement } from './store.ts';

/** What an operator reports of one agreement. */
type Report = Pick<ReportAgreementRequest, 'state' | 'version'> & {
  issuerId: string;
  /** Whether it brings the link of the offer, so that a user was shown it. */
  wasShown: boolean;
};

/**
 * Notes what has become of an agreement at the operator that keeps it. The first operator to
 * report that an offer is in force, and to bring its link, has signed it. A report that is not newer than the last one changes nothing.
 * Throws AGREEMENT_UNKNOWN, AGREEMENT_TAKEN, AGREEMENT_ENDED.
 */
export async function reportAgreement(
  { db, links }: Pick<Agreements, 'db' | 'links'>,
  { issuerId }: PayerCaller,
  request: ReportAgreementRequest,
): Promise<ReportAgreementResponse> {
  checkReport(request);
  const { agreementId, state, version, payload } = request;
  const linked = links.read(payload);
  const wasShown = linked?.kind === 'agreement' && linked.agreementId === agreementId;
  const report = { issuerId, state, version, wasShown };
  const row = await db.transaction(async (tx) => {
    const known = await lockAgreement(tx, agreementId);
    if (known === undefined) throw agreementUnknown();
    return changes(known, report) ? updateAgreement(tx, agreementId, report) : known;
  });
  await failpoint('acquiring.agreement.reported');
  return { agreement: toPayerAgreement(row, issuerId) };
}

const REPORTABLE: readonly AgreementState[] = [
  AgreementState.ACTIVE,
  AgreementState.SUSPENDED,
  AgreementState.ENDED,
];

function checkReport({ agreementId, state, version }: ReportAgreementRequest): void {
  const fields = new Fields();
  fields.uuid('agreement_id', agreementId);
  if (!REPORTABLE.includes(state)) fields.wrong('state', 'must be ACTIVE, SUSPENDED or ENDED');
  if (version < 1n) fields.wrong('version', 'must be 1 or more');
  fields.refuse();
}

/**
 * Whether a report changes an agreement. An agreement that has ended stays so: of a user who has
 * ended it already a later report is taken, and one who thinks it is in force is told.
 */
export function changes(known: AgreementRow, report: Report): boolean {
  if (known.issuerId !== null && known.issuerId !== report.issuerId) throw taken();
  const isSigned = known.issuerId !== null;
  // Ids can be guessed; for who was not shown the offer there is none.
  if (!isSigned && !report.wasShown) throw agreementUnknown();
  if (isSigned && report.version <= known.version) return false;
  if (stateOf(known) === AgreementState.ENDED && report.state !== AgreementState.ENDED) {
    throw new Refusal('AGREEMENT_ENDED', 'the agreement has ended, or its offer has');
  }
  // An operator that was first to hear of the end of an offer has signed nothing.
  if (stateOf(known) === AgreementState.ENDED) return isSigned;
  // Nor has one that would only suspend or end what no other operator could sign any more.
  if (!isSigned && report.state !== AgreementState.ACTIVE) {
    throw agreementUnknown('the offer was not signed before');
  }
  return true;
}

function taken(): Refusal {
  return new Refusal('AGREEMENT_TAKEN', 'another user signed it before');
}
