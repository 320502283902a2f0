import type { Runtime } from '@causeway/runtime';
import { incidents } from '../metrics.ts';
import type { PaymentRecord } from '../payments/record.ts';

/** What must not happen between honest parties, and is for a person to look at. */
export type IncidentKind =
  /** A partner charged after its reversal was under way, and has given it back. */
  | 'late_success_refunded'
  /** Likewise, and it has not given it back yet. */
  | 'late_success_unresolved'
  /** A partner that had confirmed refused to be reversed, as if it never had. */
  | 'reversal_refused'
  /** A wallet operator let go of a hold that was ours to end. */
  | 'hold_lost'
  /** A wallet operator answered what cannot be: another payment, or a price never planned. */
  | 'charge_broken';

/** How many incidents are remembered, so that each is told of once and not at every retry. */
const REMEMBERED = 4_096;

/** Tells of incidents: a metric to alert on, and an error in the log that names the payment. */
export class Incidents {
  readonly #told = new Set<string>();

  constructor(private readonly runtime: Runtime) {}

  /**
   * Tells of an incident, once for each payment and route.
   *
   * @param why what was found, where the kind does not say it all
   */
  raise(kind: IncidentKind, payment: PaymentRecord, why?: string): void {
    const { paymentId, partnerId, routeId, issuerId } = payment;
    if (!this.#isNew(`${kind} ${paymentId} ${routeId}`)) return;
    incidents.add(1, { kind, partner: partnerId, issuer: issuerId ?? '' });
    this.runtime.log.error(
      { kind, why, payment_id: paymentId, partner: partnerId, route: routeId, issuer: issuerId },
      'an incident: a party did not keep to what it had answered',
    );
  }

  #isNew(incident: string): boolean {
    if (this.#told.has(incident)) return false;
    const [oldest] = this.#told;
    if (this.#told.size >= REMEMBERED && oldest !== undefined) this.#told.delete(oldest);
    this.#told.add(incident);
    return true;
  }
}
