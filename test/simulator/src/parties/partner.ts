import { type Confirmation, ConfirmationState } from '@causeway/proto/connector';
import type { Chance } from '../kernel/chance.ts';

/** How a partner treats a payment that it sees for the first time. */
interface Verdict {
  state: ConfirmationState;
  refusalCode: string;
  /** Of one that is pending: what it becomes, and after how long. */
  later: { state: ConfirmationState; afterMs: number } | undefined;
}

/**
 * A partner that keeps to the contract of `connector.v1`: a payment that it confirmed, refused or
 * reversed stays so, and a reversal blocks what it never saw. What it records it never loses.
 */
export class PartnerRecord {
  readonly #confirmations = new Map<string, Confirmation>();
  readonly #givenBack = new Set<string>();

  /**
   * @param onCharged told of each payment of which it has told the merchant that it is paid
   * @param decideLater has a payment that is pending become something else after a while
   */
  constructor(
    private readonly chance: Chance,
    readonly name: string,
    private readonly onCharged: (paymentId: string) => void,
    private readonly decideLater: (paymentId: string, afterMs: number, decide: () => void) => void,
    private readonly nameOf: (paymentId: string) => string,
  ) {}

  confirm(paymentId: string): Confirmation {
    const earlier = this.#confirmations.get(paymentId);
    if (earlier) return earlier;
    const { state, refusalCode, later } = this.#verdictOn(paymentId);
    const answer = this.#set({
      paymentId,
      state,
      refusalCode,
      partnerReference: `ref ${paymentId}`,
    });
    if (later) {
      this.decideLater(paymentId, later.afterMs, () => {
        const known = this.#confirmations.get(paymentId);
        if (known?.state !== ConfirmationState.PENDING) return;
        this.#set({ ...known, state: later.state });
      });
    }
    return answer;
  }

  inquire(paymentId: string): Confirmation {
    return this.#confirmations.get(paymentId) ?? unseen(paymentId);
  }

  reverse(paymentId: string): Confirmation {
    const known = this.#confirmations.get(paymentId);
    if (known?.state === ConfirmationState.REFUSED) return known;
    return this.#set({ ...unseen(paymentId), state: ConfirmationState.REVERSED });
  }

  /** Gives all of a payment back to the switch. */
  giveBack(paymentId: string): void {
    this.#givenBack.add(paymentId);
  }

  /** Whether it has told the merchant that it is paid, and has not taken that back. */
  hasCharged(paymentId: string): boolean {
    const isConfirmed = this.inquire(paymentId).state === ConfirmationState.CONFIRMED;
    return isConfirmed && !this.#givenBack.has(paymentId);
  }

  #set(confirmation: Confirmation): Confirmation {
    const { paymentId, state } = confirmation;
    const before = this.#confirmations.get(paymentId);
    this.#confirmations.set(paymentId, confirmation);
    const isNews = before?.state !== state && state === ConfirmationState.CONFIRMED;
    if (isNews) this.onCharged(paymentId);
    return confirmation;
  }

  #verdictOn(paymentId: string): Verdict {
    const name = `${this.name} on ${this.nameOf(paymentId)}`;
    const u = this.chance.unit(name);
    const afterMs = this.chance.between(`${name} later`, 500, 70_000);
    const at = (state: ConfirmationState, refusalCode = '', later?: Verdict['later']) => {
      return { state, refusalCode, later };
    };
    if (u < 0.6) return at(ConfirmationState.CONFIRMED);
    if (u < 0.68) return at(ConfirmationState.REFUSED, 'FINAL');
    if (u < 0.78) return at(ConfirmationState.REFUSED, 'BUSY');
    if (u < 0.82) return at(ConfirmationState.REFUSED, 'UNCLEAR');
    const state = u < 0.93 ? ConfirmationState.CONFIRMED : ConfirmationState.REFUSED;
    return at(ConfirmationState.PENDING, '', { state, afterMs });
  }
}

function unseen(paymentId: string): Confirmation {
  return { paymentId, state: ConfirmationState.UNSEEN, partnerReference: '', refusalCode: '' };
}
