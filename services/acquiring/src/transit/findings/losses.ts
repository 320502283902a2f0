import { TransitLiability } from '@causeway/proto/acquiring';
import { DeclineReason, PaymentState } from '@causeway/proto/common';
import { failpoint, Refusal, type Runtime, uuidFrom } from '@causeway/runtime';
import { failuresOf, type Running, startLooking } from '../looking.ts';
import { askForFare, type Charging } from '../rides/ask.ts';
import type { FindingRecord, LossRecord } from '../tap.ts';
import { claimLosses, endLoss } from './loss-store.ts';

const LEASE_MS = 15_000;
const CLAIM_LIMIT = 64;
const ASK_TIMEOUT_MS = 10_000;

/** What of findings wallet operators bear: the transit operator is paid all the same, by them. */
export function lossesOf(findings: readonly FindingRecord[]): LossRecord[] {
  return findings.flatMap((finding) => {
    const { liability, amountMinor, currencyCode } = finding;
    if (liability !== TransitLiability.ISSUER) return [];
    if (amountMinor === undefined || currencyCode === undefined) return [];
    const { lane, issuerId, grantId, findingId, counter, partnerId, lineId } = finding;
    const paymentId = uuidFrom('transit_loss', issuerId, grantId, findingId);
    const named = { lane, issuerId, grantId, findingId, paymentId };
    return [{ ...named, counter, partnerId, lineId, amountMinor, currencyCode }];
  });
}

/** Asks wallet operators for what they bear, until each has answered. */
export function startLossSweep(charging: Charging, runtime: Runtime): Running {
  return startLooking(
    runtime,
    'a wallet operator was not asked for a loss that it bears',
    async () => {
      const due = await claimLosses(charging.db, LEASE_MS, CLAIM_LIMIT);
      const deadlineMs = runtime.clock.nowMs() + ASK_TIMEOUT_MS;
      return failuresOf(due.map((loss) => ask(charging, loss, deadlineMs)));
    },
  );
}

/** Asks for one; its payment's id follows from the finding, so that asking again takes nothing twice. */
async function ask(charging: Charging, loss: LossRecord, deadlineMs: number): Promise<void> {
  const line = await charging.lineOf(loss.partnerId, loss.lineId);
  const { issuerId, partnerId, grantId, counter, currencyCode, amountMinor } = loss;
  const payment = await askForFare(
    charging,
    {
      ...{ partnerId, issuerId, line },
      tap: { grantId, counter, lossId: loss.findingId },
      payeeAmount: { currencyCode, amountMinor },
      description: `Loss: ${line?.displayName ?? loss.lineId}`,
    },
    deadlineMs,
  );
  await failpoint('acquiring.loss.charged');
  switch (payment.state) {
    case PaymentState.SUCCEEDED:
      return endLoss(charging.db, loss, DeclineReason.UNSPECIFIED);
    case PaymentState.DECLINED:
      return endLoss(charging.db, loss, payment.declineReason);
    case PaymentState.CANCELLED:
      return endLoss(charging.db, loss, DeclineReason.WITHDRAWN);
    default:
      throw new Refusal('DEPENDENCY_UNAVAILABLE', 'the outcome of a loss is not known yet');
  }
}
