import { PaymentMethod } from '@causeway/proto/common';
import { type Charge, ChargeState, type Payer } from '@causeway/proto/wallet';
import type { CallOptions } from '@causeway/rpc';
import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import type { Attempts } from '../attempts/attempts.ts';
import type { Incidents } from '../connectors/incidents.ts';
import type { PartnerEffects } from '../connectors/partner-effects.ts';
import type { IssuerClient, Issuers } from '../issuers.ts';
import { issuerCalls } from '../metrics.ts';
import { judgeCharge } from './judge-charge.ts';
import { tapIn } from './keys.ts';
import type { Input, IssuerRecord } from './machine/types.ts';
import type { QuoteKeys } from './planning/quote-token.ts';
import type { PaymentRecord, RefundRecord } from './record.ts';

/** How long one call to an issuer may take before it counts as not answered. */
const ATTEMPT_MS = 3_000;

export interface EffectsOptions {
  issuers: Pick<Issuers, 'clientOf'>;
  partners: PartnerEffects;
  incidents: Incidents;
  attempts: Pick<Attempts, 'failed'>;
  /** Prices that this switch planned before are known by them. */
  quoteKeys: QuoteKeys;
  /** A hold that is not taken over ends by itself after this. */
  holdTtlSeconds: number;
  runtime: Runtime;
}

/** One call to a wallet operator, and what the machine shall hear of its answer. */
type IssuerCall = (issuer: IssuerClient, options: CallOptions) => Promise<Input | undefined>;

/** Calls issuers and partners. Each method answers undefined where the answer is not known. */
export class Effects {
  readonly #troubles = new Map<string, Trouble>();

  constructor(private readonly options: EffectsOptions) {}

  /**
   * Performs the step that the payment owes and answers what the machine shall hear of it.
   *
   * @param isFirst whether this is certainly the first attempt at the step
   */
  async perform(payment: PaymentRecord, isFirst: boolean): Promise<Input | undefined> {
    const { partners } = this.options;
    const isPast = this.#isPast(payment.expiresAt);
    switch (payment.step) {
      case 'AWAIT_PAYER':
        return isPast ? { kind: 'expired' } : undefined;
      case 'CHARGE':
        return isPast ? this.#inquire(payment) : this.#charge(payment);
      case 'HOLD':
        return isPast ? this.#inquire(payment) : this.#hold(payment);
      case 'TAKE_OVER':
        return isPast ? this.#inquire(payment) : this.#takeOver(payment);
      case 'CONFIRM':
        return partners.confirm(payment, isFirst);
      case 'INQUIRE':
        return partners.inquire(payment);
      case 'REVERSE':
        return partners.reverse(payment);
      case 'CAPTURE':
        return this.#capture(payment);
      case 'VOID_FOR_CANCEL':
      case 'VOID_FOR_EXPIRY':
      case 'VOID_FOR_REFUSAL':
        return this.#void(payment);
      case 'DONE':
        throw new Error(`payment ${payment.paymentId} owes nothing`);
    }
  }

  #charge(payment: PaymentRecord) {
    return this.#ask(payment, 'charge', async (issuer, options) => {
      const { charge } = await issuer.charge(debitRequest(payment), options);
      return this.#charged(payment, charge);
    });
  }

  #hold(payment: PaymentRecord) {
    const request = { ...debitRequest(payment), holdTtlSeconds: this.options.holdTtlSeconds };
    return this.#ask(payment, 'hold', async (issuer, options) =>
      this.#charged(payment, (await issuer.hold(request, options)).charge),
    );
  }

  #takeOver(payment: PaymentRecord) {
    return this.#ask(payment, 'take_over', async (issuer, options) => {
      const { charge } = await issuer.takeOverHold(named(payment), options);
      return this.#charged(payment, charge);
    });
  }

  #capture(payment: PaymentRecord) {
    return this.#ask(payment, 'capture', async (issuer, options) => {
      const { charge } = await issuer.capture(named(payment), options);
      return this.#charged(payment, charge);
    });
  }

  #inquire(payment: PaymentRecord) {
    return this.#ask(payment, 'inquire', async (issuer, options) => {
      const { charge } = await issuer.getCharge(named(payment), options);
      const record = this.#judged(payment, charge);
      return record && inquired(record);
    });
  }

  #void(payment: PaymentRecord) {
    return this.#ask(payment, 'void', async (issuer, options) => {
      const record = this.#judged(payment, (await issuer.void(named(payment), options)).charge);
      const input = record && voided(record);
      if (record && !input) {
        this.options.attempts.failed(payment, `it is ${ChargeState[record.state]} there still`);
      }
      return input;
    });
  }

  /** Credits the payer. */
  async refund(payment: PaymentRecord, refund: RefundRecord): Promise<Input | undefined> {
    const { refundId, payerAmount, payeeAmount } = refund;
    const call: IssuerCall = async (issuer, options) => {
      await issuer.refund({ ...named(payment), refundId, payerAmount, payeeAmount }, options);
      return { kind: 'refunded', refund };
    };
    return this.#ask(payment, 'refund', call, refundId);
  }

  #charged(payment: PaymentRecord, answer: Charge | undefined): Input | undefined {
    const charge = this.#judged(payment, answer);
    return charge && { kind: 'charged', charge };
  }

  /** What no honest operator answers is no answer. */
  #judged(payment: PaymentRecord, answer: Charge | undefined): IssuerRecord | undefined {
    const { attempts, incidents } = this.options;
    if (!answer) {
      attempts.failed(payment, 'it answered nothing');
      return undefined;
    }
    const judged = judgeCharge(payment, answer, this.options.quoteKeys);
    if (judged.outcome === 'recorded') return judged.record;
    incidents.raise('charge_broken', payment, judged.why);
    attempts.failed(payment, `it answered what cannot be: ${judged.why}`);
    return undefined;
  }

  #isPast(moment: Date | undefined): boolean {
    return moment !== undefined && this.options.runtime.clock.nowMs() >= moment.getTime();
  }

  /**
   * Any failure means that nothing is known: a typed refusal too, since an issuer declines on
   * business grounds with a charge, so that an error says only that the call went wrong.
   */
  async #ask(
    payment: PaymentRecord,
    method: string,
    call: IssuerCall,
    refundId?: string,
  ): Promise<Input | undefined> {
    const { issuerId: issuer = '' } = payment;
    await failpoint(`routing.${method}.sending`);
    try {
      const client = this.options.issuers.clientOf(issuer);
      const input = await call(client, { timeoutMs: ATTEMPT_MS });
      this.#troubleWith(issuer).passed({ issuer });
      await failpoint(`routing.${method}.answered`);
      issuerCalls.add(1, { issuer, method, outcome: input ? 'answered' : 'unclear' });
      return input;
    } catch (err) {
      issuerCalls.add(1, { issuer, method, outcome: 'failed' });
      this.options.attempts.failed(payment, err, refundId);
      this.#troubleWith(issuer).failed({ err, issuer, method });
      return undefined;
    }
  }

  #troubleWith(issuer: string): Trouble {
    let trouble = this.#troubles.get(issuer);
    if (trouble === undefined) {
      trouble = new Trouble(this.options.runtime, 'a wallet operator did not answer');
      this.#troubles.set(issuer, trouble);
    }
    return trouble;
  }
}

/** States of a charge that takes no money any more. */
const ENDED: ReadonlySet<ChargeState> = new Set([ChargeState.VOIDED, ChargeState.DECLINED]);

/** The payment as every call to its wallet operator names it. */
export function named(payment: PaymentRecord) {
  return { paymentId: payment.paymentId, payer: payerOf(payment) };
}

/** The issuer's own reference where it has told one; before that, how the payer was named. */
function payerOf({ walletId, method, payerReference: value }: PaymentRecord): Payer {
  if (walletId) return { reference: { $case: 'walletId', value: walletId } };
  if (method === PaymentMethod.TRANSIT) {
    return { reference: { $case: 'transitTap', value: tapIn(value) } };
  }
  const isAgreement = method === PaymentMethod.AGREEMENT;
  return { reference: { $case: isAgreement ? 'agreementId' : 'paymentCode', value } };
}

function debitRequest(payment: PaymentRecord) {
  const { payerAmount, terms, expiresAt } = payment;
  return { ...named(payment), payerAmount, terms, expireTime: expiresAt };
}

/** Past its time, money that is only held is no reason to go on. */
function inquired(charge: IssuerRecord): Input {
  const isUntaken = charge.state === ChargeState.UNSEEN || charge.state === ChargeState.HELD;
  return isUntaken ? { kind: 'unseen' } : { kind: 'charged', charge };
}

/** Only these states say that the payment can never take money any more. */
function voided({ state }: IssuerRecord): Input | undefined {
  return ENDED.has(state) ? { kind: 'fenced' } : undefined;
}
