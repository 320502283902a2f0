import { DeclineReason, type Money } from '@causeway/proto/common';
import { type Charge, ChargeState, type ChargeTerms } from '@causeway/proto/wallet';
import type { IssuerClient } from '../issuers.ts';

/** How an issuer of the tests treats a payer. */
export interface Wallet {
  walletId: string;
  balanceMinor: bigint;
}

interface Debit {
  paymentId: string;
  payerAmount: Money | undefined;
  terms: ChargeTerms | undefined;
}

/**
 * A wallet operator in memory that keeps to the contract: every payment id has one outcome, a
 * void undoes it or blocks it. It counts its calls, and may be told to lose answers.
 */
export class FakeIssuer {
  readonly charges = new Map<string, Charge>();
  readonly calls: string[] = [];
  /** Called before and after each effect; what it throws is what the caller sees. */
  disturb: (method: string, when: 'before' | 'after') => void | Promise<void> = () => {};

  constructor(readonly wallet: Wallet) {}

  /** As routing calls it. */
  readonly client = {
    charge: (request: Debit) =>
      this.#serve('charge', () => this.#debit(request, ChargeState.CAPTURED)),
    hold: (request: Debit) => this.#serve('hold', () => this.#debit(request, ChargeState.HELD)),
    takeOverHold: (request: Named) => this.#serve('takeOverHold', () => this.#known(request)),
    capture: (request: Named) => this.#serve('capture', () => this.#capture(request)),
    void: (request: Named) => this.#serve('void', () => this.#void(request)),
    getCharge: (request: Named) => this.#serve('getCharge', () => this.#known(request)),
    refund: async () => {
      this.calls.push('refund');
      return { charge: undefined, unclaimed: false };
    },
  } as unknown as IssuerClient;

  /** What the payer is short of now, held or debited, in minor units. */
  takenMinor(): bigint {
    return [...this.charges.values()]
      .filter(({ state }) => state === ChargeState.HELD || state === ChargeState.CAPTURED)
      .reduce((sum, { payerAmount }) => sum + (payerAmount?.amountMinor ?? 0n), 0n);
  }

  async #serve(method: string, act: () => Charge): Promise<{ charge: Charge }> {
    this.calls.push(method);
    await this.disturb(method, 'before');
    const charge = act();
    await this.disturb(method, 'after');
    return { charge };
  }

  #debit({ paymentId, payerAmount, terms }: Debit, state: ChargeState): Charge {
    const earlier = this.charges.get(paymentId);
    if (earlier) return earlier;
    const wanted = payerAmount?.amountMinor ?? 0n;
    const isShort = this.takenMinor() + wanted > this.wallet.balanceMinor;
    return this.#set({
      ...this.#unseen(paymentId),
      ...{ payerAmount, terms },
      state: isShort ? ChargeState.DECLINED : state,
      declineReason: isShort ? DeclineReason.INSUFFICIENT_FUNDS : DeclineReason.UNSPECIFIED,
    });
  }

  #capture(request: Named): Charge {
    const charge = this.#known(request);
    return charge.state === ChargeState.HELD
      ? this.#set({ ...charge, state: ChargeState.CAPTURED })
      : charge;
  }

  #void(request: Named): Charge {
    const charge = this.#known(request);
    return charge.state === ChargeState.DECLINED
      ? charge
      : this.#set({ ...charge, state: ChargeState.VOIDED });
  }

  #known({ paymentId }: Named): Charge {
    return this.charges.get(paymentId) ?? this.#unseen(paymentId);
  }

  #set(charge: Charge): Charge {
    this.charges.set(charge.paymentId, charge);
    return charge;
  }

  #unseen(paymentId: string): Charge {
    return {
      ...{ paymentId, state: ChargeState.UNSEEN, walletId: this.wallet.walletId },
      ...{ declineReason: DeclineReason.UNSPECIFIED, payerAmount: undefined, terms: undefined },
      ...{ refundedAmount: undefined, createTime: undefined, updateTime: undefined },
    };
  }
}

interface Named {
  paymentId: string;
}
