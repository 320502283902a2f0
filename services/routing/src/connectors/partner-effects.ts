import { ConfirmationState } from '@causeway/proto/connector';
import { isUnknownOutcome, RpcFailure } from '@causeway/rpc';
import { failpoint, type Runtime, Trouble, uuidFrom } from '@causeway/runtime';
import type { Attempts } from '../attempts/attempts.ts';
import type { Directory } from '../directory/directory.ts';
import { partnerCallDuration, partnerCalls } from '../metrics.ts';
import { plannedRoute } from '../payments/machine/journey.ts';
import type { PartnerInput } from '../payments/machine/types.ts';
import type { PaymentRecord } from '../payments/record.ts';
import type { ReversalStore } from '../reversals/store.ts';
import { firstLook } from '../reversals/watch.ts';
import { Bulkhead } from './bulkhead.ts';
import type { ConnectorClient, Connectors } from './connectors.ts';
import type { Incidents } from './incidents.ts';
import { judgeAnswer, judgeReversal } from './judge.ts';

/** How many calls of a kind may wait for a connector where its route says nothing. */
const DEFAULT_IN_FLIGHT = 64;

const DOUBTFUL: PartnerInput = { kind: 'doubtful' };

type Method = 'partner_confirm' | 'partner_inquire' | 'partner_reverse' | 'partner_refund';

/** What came of one call: an answer, certainly no call at all, or nothing that can be told. */
type Called<T> =
  | { outcome: 'answered'; answer: T }
  | { outcome: 'full' | 'unreachable' | 'failed' };

/** Where a partner is asked. */
interface Place {
  routeId: string;
  address: string;
  /** Undefined where the directory has lost the route. */
  partnerId: string | undefined;
}

/** Calls partners' connectors, for the route that a payment is on. */
export class PartnerEffects {
  readonly #bulkhead = new Bulkhead();
  readonly #troubles = new Map<string, Trouble>();

  constructor(
    private readonly directory: Directory,
    private readonly connectors: Pick<Connectors, 'clientAt'>,
    private readonly reversals: Pick<ReversalStore, 'begin' | 'note'>,
    private readonly incidents: Incidents,
    private readonly attempts: Pick<Attempts, 'failed'>,
    private readonly runtime: Runtime,
  ) {}

  /**
   * Asks for consent; past the payment's time only what the partner knows of it.
   *
   * @param isFirst whether it was certainly never asked for before: only then does a call that
   *   was not made say anything
   */
  async confirm(payment: PaymentRecord, isFirst: boolean): Promise<PartnerInput> {
    const { expiresAt } = payment;
    if (expiresAt && this.runtime.clock.nowMs() >= expiresAt.getTime()) {
      return isFirst ? { kind: 'untried', unreachable: false } : this.inquire(payment);
    }
    const called = await this.#call(payment, payment.routeId, 'partner_confirm', async (client) => {
      const { confirmation } = await client.confirmPayment(confirmationRequest(payment));
      return judgeAnswer(payment.paymentId, this.#rulesOf(payment), confirmation);
    });
    if (called.outcome === 'answered') return called.answer;
    if (called.outcome === 'failed' || !isFirst) return DOUBTFUL;
    return { kind: 'untried', unreachable: called.outcome === 'unreachable' };
  }

  /** Asks what became of a payment in doubt. */
  async inquire(payment: PaymentRecord): Promise<PartnerInput> {
    const { paymentId, routeId } = payment;
    const called = await this.#call(payment, routeId, 'partner_inquire', async (client) => {
      const { confirmation } = await client.getPayment({ paymentId });
      return judgeAnswer(paymentId, this.#rulesOf(payment), confirmation);
    });
    return called.outcome === 'answered' ? called.answer : DOUBTFUL;
  }

  /**
   * Undoes the payment at the partner. Where it has charged all the same, it is told to give all
   * of it back. Answers undefined while neither is certain.
   */
  async reverse(payment: PaymentRecord): Promise<PartnerInput | undefined> {
    const { lane, paymentId, routeId = '' } = payment;
    // Noted before it is sent: from then on the partner may charge after it has answered.
    const key = { lane, paymentId, routeId };
    await this.reversals.begin(key, firstLook(this.runtime.clock.nowMs()));
    const called = await this.#call(payment, routeId, 'partner_reverse', async (client) => {
      const { confirmation } = await client.reversePayment({ paymentId });
      const { confirmed = false } = payment.journey ?? {};
      const isRefused = confirmed && confirmation?.state === ConfirmationState.REFUSED;
      if (isRefused) this.incidents.raise('reversal_refused', payment);
      return judgeReversal(paymentId, confirmation, confirmed);
    });
    if (called.outcome !== 'answered' || called.answer === 'unclear') return undefined;
    if (called.answer === 'undone') return { kind: 'reversed' };
    if (!(await this.giveBack(payment, routeId))) return undefined;
    await this.reversals.note({ ...key, state: 'GIVEN_BACK', checks: 0 }, undefined);
    this.incidents.raise('late_success_refunded', payment);
    return { kind: 'reversed' };
  }

  /** Whether the partner says that it has charged a payment over a route that was reversed. */
  async hasCharged(payment: PaymentRecord, routeId: string): Promise<boolean | undefined> {
    const { paymentId } = payment;
    const called = await this.#call(payment, routeId, 'partner_inquire', async (client) => {
      const { confirmation } = await client.getPayment({ paymentId });
      return judgeReversal(paymentId, confirmation);
    });
    if (called.outcome !== 'answered' || called.answer === 'unclear') return undefined;
    return called.answer === 'charged';
  }

  /** Tells the partner to give all of a payment back. Answers whether it has taken note of it. */
  async giveBack(payment: PaymentRecord, routeId: string): Promise<boolean> {
    const { paymentId, payeeAmount } = payment;
    const refundId = uuidFrom('refund', paymentId, `late ${routeId}`);
    const called = await this.#call(payment, routeId, 'partner_refund', (client) =>
      client.refundPayment({ refundId, paymentId, payeeAmount }),
    );
    return called.outcome === 'answered';
  }

  /**
   * Confirmations and what resolves doubt have rooms of their own: doubt must not starve. A partner
   * is asked where it is now, or where it was when the plan was made.
   */
  async #call<T>(
    payment: PaymentRecord,
    routeId = '',
    method: Method,
    call: (client: ConnectorClient) => Promise<T>,
  ): Promise<Called<T>> {
    const route = this.directory.view.routes.get(routeId);
    const planned = payment.journey?.routes.find((each) => each.routeId === routeId);
    const address = route?.connectorAddress || planned?.connectorAddress;
    if (!address) {
      this.attempts.failed(payment, 'its route has no address to ask at');
      return this.#counted(routeId, method, { outcome: 'unreachable' });
    }
    const room = method === 'partner_confirm' ? routeId : `${routeId}/doubt`;
    const limit = route?.maxInFlight || DEFAULT_IN_FLIGHT;
    const at = { routeId, address, partnerId: route?.partnerId };
    const attempt = () => this.#attempt(payment, at, method, call);
    const called = await this.#bulkhead.run(room, limit, attempt);
    if (called) return this.#counted(routeId, method, called);
    this.attempts.failed(payment, 'too many wait for this partner already');
    return this.#counted(routeId, method, { outcome: 'full' });
  }

  async #attempt<T>(
    payment: PaymentRecord,
    { routeId, address, partnerId }: Place,
    method: Method,
    call: (client: ConnectorClient) => Promise<T>,
  ): Promise<Called<T>> {
    const { clock } = this.runtime;
    const startedMs = clock.monotonicMs();
    await failpoint(`routing.${method}.sending`);
    try {
      const answer = await call(this.connectors.clientAt(address, partnerId));
      await failpoint(`routing.${method}.answered`);
      this.#troubleWith(routeId).passed({ route: routeId });
      if (isUncertain(answer)) this.attempts.failed(payment, 'it says that it does not know yet');
      return { outcome: 'answered', answer };
    } catch (err) {
      this.#troubleWith(routeId).failed({ err, route: routeId, method });
      this.attempts.failed(payment, err);
      return { outcome: isNeverSent(err) ? 'unreachable' : 'failed' };
    } finally {
      const tookMs = clock.monotonicMs() - startedMs;
      partnerCallDuration.record(tookMs / 1_000, { route: routeId, method });
    }
  }

  #counted<T>(routeId: string, method: Method, called: Called<T>): Called<T> {
    partnerCalls.add(1, { route: routeId, method, outcome: called.outcome });
    return called;
  }

  #rulesOf({ routeId = '' }: PaymentRecord) {
    return this.directory.view.routes.get(routeId)?.refusalRules ?? [];
  }

  #troubleWith(routeId: string): Trouble {
    let trouble = this.#troubles.get(routeId);
    if (trouble === undefined) {
      trouble = new Trouble(this.runtime, "a partner's connector did not answer");
      this.#troubles.set(routeId, trouble);
    }
    return trouble;
  }
}

/**
 * Nothing but a connection that could not be made tells for certain that the partner was not
 * asked: a partner that answers an error may have charged before.
 */
function isNeverSent(error: unknown): boolean {
  return error instanceof RpcFailure && error.code === 'UNAVAILABLE' && !isUnknownOutcome(error);
}

/** Whether an answer, as it was judged, leaves open what became of the payment. */
function isUncertain(answer: unknown): boolean {
  if (answer === 'unclear') return true;
  return typeof answer === 'object' && answer !== null && 'kind' in answer
    ? answer.kind === 'doubtful'
    : false;
}

function confirmationRequest(payment: PaymentRecord) {
  const { paymentId, payeeAmount, journey } = payment;
  const route = plannedRoute(payment);
  return {
    ...{ paymentId, payeeAmount, merchant: route?.merchant },
    orderReference: journey?.orderReference ?? '',
    schemeId: route?.schemeId ?? '',
    schemeAccount: route?.schemeAccount ?? {},
  };
}
