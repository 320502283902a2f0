import { type Confirmation, ConfirmationState } from '@causeway/proto/connector';
import type { ConnectorClient } from '../connectors/connectors.ts';

interface Named {
  paymentId: string;
}

/** How a partner of the tests answers a confirmation that it sees for the first time. */
export interface Verdict {
  state: ConfirmationState;
  refusalCode?: string;
  /** What a pending one becomes at the first inquiry after so many. */
  later?: { inquiries: number; state: ConfirmationState };
}

/**
 * A partner in memory that keeps to the contract of `connector.v1`: a payment that it confirmed,
 * refused or reversed stays so, and a reversal blocks what it never saw.
 */
export class FakePartner {
  readonly confirmations = new Map<string, Confirmation>();
  readonly givenBack = new Set<string>();
  readonly calls: string[] = [];
  readonly #inquiries = new Map<string, number>();
  verdict: Verdict = { state: ConfirmationState.CONFIRMED };
  /** Called before and after each effect; what it throws is what the caller sees. */
  disturb: (method: string, when: 'before' | 'after') => void | Promise<void> = () => {};

  /** As routing calls it. */
  readonly client = {
    confirmPayment: (request: Named) =>
      this.#serve('confirm', () => ({ confirmation: this.#confirm(request) })),
    getPayment: (request: Named) =>
      this.#serve('inquire', () => ({ confirmation: this.#inquire(request) })),
    reversePayment: (request: Named) =>
      this.#serve('reverse', () => ({ confirmation: this.#reverse(request) })),
    refundPayment: (request: Named) =>
      this.#serve('refund', () => {
        this.givenBack.add(request.paymentId);
        return { partnerReference: 'refund-1' };
      }),
    close: () => {},
  } as unknown as ConnectorClient;

  /** Whether it has told the merchant that it is paid, and has not taken that back. */
  hasCharged(paymentId: string): boolean {
    const isConfirmed = this.stateOf(paymentId) === ConfirmationState.CONFIRMED;
    return isConfirmed && !this.givenBack.has(paymentId);
  }

  stateOf(paymentId: string): ConfirmationState {
    return this.confirmations.get(paymentId)?.state ?? ConfirmationState.UNSEEN;
  }

  async #serve<T>(method: string, act: () => T): Promise<T> {
    this.calls.push(method);
    await this.disturb(method, 'before');
    const answer = act();
    await this.disturb(method, 'after');
    return answer;
  }

  #confirm({ paymentId }: Named): Confirmation {
    const earlier = this.confirmations.get(paymentId);
    if (earlier) return earlier;
    const { state, refusalCode = '' } = this.verdict;
    return this.#set({ paymentId, state, refusalCode, partnerReference: `ref ${paymentId}` });
  }

  #inquire({ paymentId }: Named): Confirmation {
    const known = this.confirmations.get(paymentId);
    const { later } = this.verdict;
    const count = (this.#inquiries.get(paymentId) ?? 0) + 1;
    this.#inquiries.set(paymentId, count);
    const isDue = known?.state === ConfirmationState.PENDING && later && count > later.inquiries;
    if (isDue) return this.#set({ ...known, state: later.state });
    return known ?? this.#unseen(paymentId);
  }

  #reverse({ paymentId }: Named): Confirmation {
    const known = this.confirmations.get(paymentId);
    if (known?.state === ConfirmationState.REFUSED) return known;
    const reversed = { ...this.#unseen(paymentId), state: ConfirmationState.REVERSED };
    return this.#set({ ...known, ...reversed });
  }

  #set(confirmation: Confirmation): Confirmation {
    this.confirmations.set(confirmation.paymentId, confirmation);
    return confirmation;
  }

  #unseen(paymentId: string): Confirmation {
    return {
      ...{ paymentId, state: ConfirmationState.UNSEEN, partnerReference: '', refusalCode: '' },
    };
  }
}
