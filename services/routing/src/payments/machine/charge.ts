import { DeclineReason, type Money } from '@causeway/proto/common';
import { ChargeState } from '@causeway/proto/wallet';
import type { PaymentRecord } from '../record.ts';
import { end, settled, stepTo, UNCHANGED } from './changes.ts';
import { askAgain, firstStepOn, giveUp, onJourney, plannedRoute } from './journey.ts';
import type { Decision, IssuerRecord, Moment } from './types.ts';

/**
 * What follows from what the issuer recorded. Once a fence is under way its answer decides: a
 * cancel wins over a late success.
 */
export function issuerSaid(payment: PaymentRecord, charge: IssuerRecord, at: Moment): Decision {
  switch (payment.step) {
    case 'CHARGE':
      return charged(payment, charge, at);
    case 'HOLD':
    case 'TAKE_OVER':
      return held(payment, charge, at);
    case 'CAPTURE':
      return captured(payment, charge, at);
    default:
      return UNCHANGED;
  }
}

function charged(payment: PaymentRecord, charge: IssuerRecord, at: Moment): Decision {
  switch (charge.state) {
    case ChargeState.CAPTURED:
      return succeed(payment, charge, at);
    case ChargeState.DECLINED:
      return end(payment, at, 'DECLINED', charge.declineReason);
    case ChargeState.VOIDED:
      // Fenced before, by a switch whose record of the cancel was lost in a restore.
      return end(payment, at, 'CANCELLED');
    default:
      return UNCHANGED;
  }
}

/**
 * A debit where a hold was asked for is the memory of an issuer that outlived ours: a partner had
 * confirmed then. Which one is found by asking; none is told to confirm once more, since that could
 * be another one, or come to nothing and void what the merchant was told is paid.
 */
function held(payment: PaymentRecord, charge: IssuerRecord, at: Moment): Decision {
  switch (charge.state) {
    case ChargeState.CAPTURED:
      if (plannedRoute(payment)?.asksPartner) {
        return askAgain(onJourney(asRecorded(payment, charge), { wasCaptured: true }), at);
      }
      return takenOver(asRecorded(payment, charge), at);
    case ChargeState.HELD:
      return takenOver(asRecorded(payment, charge), at);
    case ChargeState.DECLINED:
      return end(payment, at, 'DECLINED', charge.declineReason);
    case ChargeState.VOIDED:
      // A hold that nobody took over in its time has ended by itself.
      return end(payment, at, 'DECLINED', DeclineReason.EXPIRED);
    default:
      return UNCHANGED;
  }
}

function takenOver(payment: PaymentRecord, at: Moment): Decision {
  const isOurs = payment.step === 'TAKE_OVER';
  return stepTo(payment, isOurs ? firstStepOn(plannedRoute(payment)) : 'TAKE_OVER', at);
}

function captured(payment: PaymentRecord, charge: IssuerRecord, at: Moment): Decision {
  switch (charge.state) {
    case ChargeState.CAPTURED:
      return succeed(payment, charge, at);
    case ChargeState.VOIDED:
    case ChargeState.DECLINED:
      // The issuer let go of a hold that was ours: what the partner confirmed is not paid for.
      return plannedRoute(payment)?.asksPartner
        ? stepTo(onJourney(payment, { refusal: DeclineReason.EXPIRED }), 'REVERSE', at)
        : giveUp(payment, DeclineReason.EXPIRED, at);
    default:
      return UNCHANGED;
  }
}

function succeed(payment: PaymentRecord, charge: IssuerRecord, at: Moment): Decision {
  const changed: PaymentRecord = {
    ...settled(asRecorded(payment, charge), at),
    state: 'SUCCEEDED',
    walletId: payment.walletId ?? charge.walletId,
    acquirerClearingDate: at.acquirerClearingDate,
    issuerClearingDate: at.issuerClearingDate,
  };
  return { outcome: 'changed', payment: changed, fact: 'succeeded', wasCaptured: true };
}

/** The price that the payer was charged at wins over that of a plan which was made again. */
function asRecorded(payment: PaymentRecord, { earlier }: IssuerRecord): PaymentRecord {
  if (!earlier) return payment;
  const { payerAmount, payeeAmount, conversion } = earlier;
  const terms = payment.terms && { ...payment.terms, payeeAmount, conversion };
  return {
    ...{ ...payment, payerAmount, payeeAmount, terms },
    // What was reserved is another amount: it is given back, and what is owed counts once booked.
    issuerCovered: payment.issuerCovered && isSame(payerAmount, payment.payerAmount),
  };
}

function isSame(a: Money, b: Money | undefined): boolean {
  return a.currencyCode === b?.currencyCode && a.amountMinor === b.amountMinor;
}
