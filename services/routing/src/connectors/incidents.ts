import type { Runtime } from '@causeway/runtime';
import { incidents } from '../metrics.ts';
import type { PaymentRecord } from '../payments/record.ts';

/** What must not happen between honest parties, and is for a person to look at. */
export type IncidentKind =
  /** A partner charged after its reversal was under way, and has given it back. */
  | 'late_success_refunded'
  /** Likewise, and it has not given it back yet. */
  | 'late_success_unresolved'
  /** A wallet operator let go of a hold that was ours to end. */
  | 'hold_lost';

/** Tells of incidents: a metric to alert on, and an error in the log that names the payment. */
export class Incidents {
  constructor(private readonly runtime: Runtime) {}

  raise(kind: IncidentKind, { paymentId, partnerId, routeId, issuerId }: PaymentRecord): void {
    incidents.add(1, { kind, partner: partnerId, issuer: issuerId ?? '' });
    this.runtime.log.error(
      { kind, payment_id: paymentId, partner: partnerId, route: routeId, issuer: issuerId },
      'an incident: a party did not keep to what it had answered',
    );
  }
}
