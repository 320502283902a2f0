import { formatMoney } from '@causeway/money';
import { DeclineReason, type Money, type Payment, PaymentState } from '@causeway/proto/common';
import pc from 'picocolors';

/** An amount for people; a dash where there is none. */
export function money(amount: Money | undefined): string {
  return amount === undefined ? '–' : formatMoney(amount);
}

/** A payment's state in its colour, with the reason of a decline. */
export function state(payment: Payment): string {
  const name = PaymentState[payment.state];
  switch (payment.state) {
    case PaymentState.SUCCEEDED:
      return pc.green(name);
    case PaymentState.DECLINED:
      return pc.red(`${name} ${DeclineReason[payment.declineReason]}`);
    case PaymentState.CANCELLED:
      return pc.yellow(name);
    default:
      return pc.dim(name);
  }
}

/** A code as a phone shows it, in groups of four. */
export function code(paymentCode: string): string {
  return paymentCode.replace(/(\d{4})(?=\d)/g, '$1 ');
}

/** The time of day of an instant, in UTC, to the second. */
export function timeOfDay(instant: Date | undefined): string {
  return instant === undefined ? '–' : `${instant.toISOString().slice(11, 19)} UTC`;
}

/** What a percentage of a payment's cost the markup is: 85 basis points are 0.85 %. */
export function percent(bps: number): string {
  const sign = bps < 0 ? '−' : '';
  const whole = Math.floor(Math.abs(bps) / 100);
  return `${sign}${whole}.${String(Math.abs(bps) % 100).padStart(2, '0')} %`;
}
