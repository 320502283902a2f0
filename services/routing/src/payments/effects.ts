import { type Charge, ChargeState, type Payer } from '@causeway/proto/wallet';
import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import type { Issuers } from '../issuers.ts';
import { issuerCalls } from '../metrics.ts';
import type { Input } from './machine.ts';
import type { PaymentRecord, RefundRecord } from './record.ts';

/** How long one call to an issuer may take before it counts as not answered. */
const ATTEMPT_MS = 3_000;

/** Calls issuers. Each method answers undefined where the issuer's answer is not known. */
export class Effects {
  readonly #troubles = new Map<string, Trouble>();

  constructor(
    private readonly issuers: Issuers,
    private readonly runtime: Runtime,
  ) {}

  /** Performs the step that the payment owes and answers what the machine shall hear of it. */
  async perform(payment: PaymentRecord): Promise<Input | undefined> {
    const { issuerId = '', paymentId } = payment;
    const issuer = () => this.issuers.clientOf(issuerId);
    const named = { paymentId, payer: payerOf(payment) };
    switch (payment.step) {
      case 'CHARGE':
        return this.#isPast(payment.expiresAt)
          ? this.#ask(issuerId, 'inquire', async (options) =>
              inquired((await issuer().getCharge(named, options)).charge),
            )
          : this.#ask(issuerId, 'charge', async (options) =>
              charged((await issuer().charge(chargeRequest(payment), options)).charge),
            );
      case 'VOID_FOR_CANCEL':
      case 'VOID_FOR_EXPIRY':
        return this.#ask(issuerId, 'void', async (options) =>
          voided((await issuer().void(named, options)).charge),
        );
      case 'DONE':
        throw new Error(`payment ${paymentId} owes nothing`);
    }
  }

  /** Credits the payer. */
  async refund(payment: PaymentRecord, refund: RefundRecord): Promise<Input | undefined> {
    const { issuerId = '', paymentId } = payment;
    const { refundId, payerAmount, payeeAmount } = refund;
    return this.#ask(issuerId, 'refund', async (options) => {
      const request = { refundId, paymentId, payer: payerOf(payment), payerAmount, payeeAmount };
      await this.issuers.clientOf(issuerId).refund(request, options);
      return { kind: 'refunded', refund };
    });
  }

  #isPast(moment: Date | undefined): boolean {
    return moment !== undefined && this.runtime.clock.nowMs() >= moment.getTime();
  }

  /**
   * Any failure means that nothing is known: a typed refusal too, since an issuer declines on
   * business grounds with a charge, so that an error says only that the call went wrong.
   */
  async #ask(
    issuer: string,
    method: string,
    call: (options: { timeoutMs: number }) => Promise<Input | undefined>,
  ): Promise<Input | undefined> {
    await failpoint(`routing.${method}.sending`);
    try {
      const input = await call({ timeoutMs: ATTEMPT_MS });
      this.#troubleWith(issuer).passed({ issuer });
      await failpoint(`routing.${method}.answered`);
      issuerCalls.add(1, { issuer, method, outcome: input ? 'answered' : 'unclear' });
      return input;
    } catch (err) {
      issuerCalls.add(1, { issuer, method, outcome: 'failed' });
      this.#troubleWith(issuer).failed({ err, issuer, method });
      return undefined;
    }
  }

  #troubleWith(issuer: string): Trouble {
    let trouble = this.#troubles.get(issuer);
    if (trouble === undefined) {
      trouble = new Trouble(this.runtime, 'a wallet operator did not answer');
      this.#troubles.set(issuer, trouble);
    }
    return trouble;
  }
}

/** The issuer's own reference where it has told one; before that, the code. */
function payerOf(payment: PaymentRecord): Payer {
  const reference: Payer['reference'] = payment.walletId
    ? { $case: 'walletId', value: payment.walletId }
    : { $case: 'paymentCode', value: payment.payerReference };
  return { reference };
}

function chargeRequest(payment: PaymentRecord) {
  const { paymentId, payerAmount, terms, expiresAt } = payment;
  return { paymentId, payer: payerOf(payment), payerAmount, terms, expireTime: expiresAt };
}

function charged(charge: Charge | undefined): Input | undefined {
  return charge && { kind: 'charged', charge };
}

function inquired(charge: Charge | undefined): Input | undefined {
  if (charge?.state === ChargeState.UNSEEN) return { kind: 'unseen' };
  return charged(charge);
}

/** Only these two states say that the payment can never take money any more. */
function voided(charge: Charge | undefined): Input | undefined {
  const fenced = charge?.state === ChargeState.VOIDED || charge?.state === ChargeState.DECLINED;
  return fenced ? { kind: 'fenced' } : undefined;
}
