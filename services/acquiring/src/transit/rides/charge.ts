import { TransitFindingKind, TransitLiability, type TransitLine } from '@causeway/proto/acquiring';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { failpoint, Refusal, uuidFrom } from '@causeway/runtime';
import { LATE_TAP } from '../../refunds/create-refund.ts';
import type { FindingRecord, RideRecord } from '../tap.ts';
import { askForFare, type Charging } from './ask.ts';
import {
  endGivingBack,
  endRideCharge,
  restRide,
  selectFirstGate,
  selectRide,
} from './ride-store.ts';

/**
 * Asks for the fare of a ride that is due, and for nothing else: a ride that has ended is answered as it
 * is. Whatever happens in between, the payment's id follows from the first tap, so that asking again
 * debits nobody twice. Throws where the outcome is not known yet.
 *
 * @param deadlineMs epoch milliseconds after which nobody waits
 */
export async function chargeRide(
  charging: Charging,
  ride: RideRecord,
  deadlineMs: number,
): Promise<RideRecord> {
  const { db } = charging;
  if (ride.state === 'due') await charge(charging, ride, deadlineMs);
  else if (ride.state === 'paid' && ride.giveBackMinor !== undefined) {
    await giveBack(charging, ride, ride.giveBackMinor, deadlineMs);
  } else await restRide(db, ride);
  return (await selectRide(db, ride)) ?? ride;
}

async function charge(charging: Charging, ride: RideRecord, deadlineMs: number): Promise<void> {
  const { db } = charging;
  await failpoint('acquiring.ride.charging');
  const payment = await paymentOf(charging, ride, deadlineMs);
  await failpoint('acquiring.ride.charged');
  if (payment === 'taken') {
    return endRideCharge(db, ride, { state: 'waived', declineReason: 0 }, []);
  }
  switch (payment.state) {
    case PaymentState.SUCCEEDED:
      return endRideCharge(db, ride, { state: 'paid', declineReason: 0 }, []);
    case PaymentState.DECLINED: {
      const { declineReason } = payment;
      const finding = await unpaid(charging, ride, declineReason);
      return endRideCharge(db, ride, { state: 'unpaid', declineReason }, [finding]);
    }
    case PaymentState.CANCELLED:
      return endRideCharge(db, ride, { state: 'waived', declineReason: 0 }, []);
    default:
      throw new Refusal('DEPENDENCY_UNAVAILABLE', 'the outcome of the charge is not known yet');
  }
}

/** The payment; 'taken' where another ride began with its tap, before this database was restored. */
async function paymentOf(
  charging: Charging,
  ride: RideRecord,
  deadlineMs: number,
): Promise<Payment | 'taken'> {
  const { partnerId, lineId, issuerId, grantId, currencyCode, fareMinor = 0n } = ride;
  const line = await charging.lineOf(partnerId, lineId);
  const asked = {
    ...{ partnerId, issuerId, line },
    tap: { grantId, counter: ride.firstCounter, lossId: '' },
    payeeAmount: { currencyCode, amountMinor: fareMinor },
    description: describe(ride, line),
  };
  try {
    return await askForFare(charging, asked, deadlineMs);
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'IDEMPOTENCY_KEY_REUSED') return 'taken';
    throw error;
  }
}

function describe(
  { lineId, fromStopId, toStopId }: RideRecord,
  line: TransitLine | undefined,
): string {
  const stops = [fromStopId, toStopId].filter((stop) => stop !== '').join(' – ');
  const name = line?.displayName ?? lineId;
  return stops === '' ? name : `${name}: ${stops}`;
}

/** What of a grant every gate can hold a ride against. */
const OVER_CAP: ReadonlySet<DeclineReason> = new Set([
  DeclineReason.LIMIT_GRANT_RIDE,
  DeclineReason.LIMIT_GRANT_CODES,
]);

/** Whose loss an unpaid ride is: who let pass what the grant did not allow, or who promised it. */
async function unpaid(
  { db }: Charging,
  ride: RideRecord,
  reason: DeclineReason,
): Promise<FindingRecord> {
  const { lane, issuerId, grantId, partnerId, lineId, paymentId, firstCounter, currencyCode } =
    ride;
  const isOverCap = OVER_CAP.has(reason);
  const isUsers = reason === DeclineReason.INSUFFICIENT_FUNDS;
  return {
    findingId: uuidFrom('transit_finding', paymentId, 'unpaid'),
    ...{ lane, issuerId, grantId, partnerId, lineId, paymentId, currencyCode },
    ...(await selectFirstGate(db, ride)),
    ...{ counter: firstCounter, kind: TransitFindingKind.UNPAID, isReported: isUsers },
    liability: isOverCap ? TransitLiability.OPERATOR : TransitLiability.ISSUER,
    amountMinor: ride.fareMinor,
    rule: isOverCap
      ? 'the grant does not allow such a ride, which the gate could see'
      : 'the grant promised it, and the wallet operator declined to pay',
  };
}

async function giveBack(
  { routed, db }: Charging,
  ride: RideRecord,
  amountMinor: bigint,
  deadlineMs: number,
): Promise<void> {
  const { partnerId, paymentId, currencyCode } = ride;
  const request = {
    ...{ partnerId, paymentId, refundRequestId: LATE_TAP },
    payeeAmount: { currencyCode, amountMinor },
    reason: 'the other tap of the ride came later',
  };
  await routed.ask('create_refund', { partnerId, deadlineMs }, (client, options) =>
    client.createRefund(request, options),
  );
  await failpoint('acquiring.ride.given_back');
  await endGivingBack(db, ride, amountMinor);
}
