import { type AgreementRecord, suspended } from '../agreements/agreement.ts';
import type { DebitCommand } from './command.ts';
import type { ChargeRecord, DeclineReason } from './record.ts';
import type { Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/** The agreement that a command charges; undefined where it names none that was signed. */
export function agreementOf(
  set: WorkingSet,
  { lane, payer: { agreementId, walletId } }: DebitCommand,
): AgreementRecord | undefined {
  // Without a wallet nobody signed it, and it was not even looked for.
  if (agreementId === undefined || walletId === undefined) return undefined;
  return set.agreement(lane, agreementId);
}

/** Why the merchant has no right to charge: there is no such agreement of this merchant. */
export function agreementMissing(
  { payer, terms }: DebitCommand,
  agreement: AgreementRecord | undefined,
): DeclineReason | undefined {
  if (payer.agreementId === undefined) return undefined;
  if (agreement === undefined) return 'AGREEMENT_UNKNOWN';
  const isOther = agreement.merchantId !== terms.merchantId;
  return isOther || agreement.state === 'ended' ? 'AGREEMENT_ENDED' : undefined;
}

/** Why the agreement does not cover this charge now: it is suspended, or a cap is passed. */
export function agreementBreach(
  set: WorkingSet,
  { amountMinor }: DebitCommand,
  agreement: AgreementRecord,
): DeclineReason | undefined {
  if (agreement.state !== 'active') return 'AGREEMENT_SUSPENDED';
  if (amountMinor > agreement.chargeCapMinor) return 'LIMIT_AGREEMENT_CHARGE';
  const usedMinor = set.usedUnder(agreement, set.moment.today);
  return usedMinor + amountMinor > agreement.periodCapMinor ? 'LIMIT_AGREEMENT_PERIOD' : undefined;
}

/** Notes that a charge under the agreement was paid, which nothing that follows undoes. */
export function notePaid(
  set: WorkingSet,
  { lane, agreementId }: Pick<ChargeRecord, 'lane' | 'agreementId'>,
): void {
  const agreement = agreementId === undefined ? undefined : set.agreement(lane, agreementId);
  if (agreement === undefined || agreement.hasPaid) return;
  set.setAgreement({ ...agreement, hasPaid: true });
}

/** Counts charges in a row that could not be paid, and suspends the agreement after too many. */
export function countUnpaid(
  set: WorkingSet,
  { lane, agreementId }: AgreementRecord,
  reason: DeclineReason | undefined,
  { policy }: Rules,
): void {
  const agreement = set.agreement(lane, agreementId);
  const isUnpaid = reason === 'INSUFFICIENT_FUNDS';
  if (agreement === undefined || (!isUnpaid && reason !== undefined)) return;
  const unpaidCount = isUnpaid ? agreement.unpaidCount + 1 : 0;
  if (unpaidCount === agreement.unpaidCount) return;
  const counted = { ...agreement, unpaidCount };
  const isTooMany = unpaidCount >= policy.agreementSuspendAfterUnpaid;
  set.setAgreement(isTooMany ? suspended(counted, 'unpaid', set.moment.nowMs) : counted);
}
