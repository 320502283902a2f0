import {
  type Money,
  type Payment,
  PaymentMethod,
  PaymentState,
  type Refund,
} from '@causeway/proto/common';
import type { MerchantProfile, RouteTarget } from '@causeway/proto/routing';
import { paymentIdOf, scannedPaymentIdOf } from '@causeway/routing/src/payments/keys.ts';
import { Refusal } from '@causeway/runtime';
import { type Caller, type Host, outsider } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Network, Served } from '../kernel/network.ts';
import type { PaymentPlan, RefundPlan } from './plan.ts';
import type { RoutingService } from './routing.ts';

/** Something that a client was told, for good: a payment, a refund, or a typed no. */
export interface Answer {
  /** The payment's short name. */
  about: string;
  paymentId: string;
  method: string;
  sentMs: number;
  heardMs: number;
  payment?: Payment;
  refund?: Refund;
  refusal?: string;
}

/** Who takes part, as the people behind payments see it. */
export interface PeopleWorld {
  kernel: Kernel;
  network: Network;
  routing: readonly Host<RoutingService>[];
  merchant: MerchantProfile;
  issuerId: string;
  /** The wallets' ids. */
  wallets: readonly string[];
  /** The targets that a scanned code names. */
  targets: readonly RouteTarget[];
  /** The acquirer of codes and orders. */
  partnerId: string;
  /** The code of a payment. */
  codeOf(plan: PaymentPlan): string;
  /** What shall not be done, in a shrunk history: `P1 cancel`. */
  without: ReadonlySet<string>;
}

const CALL_TIMEOUT_MS = 4_000;
const PAUSE_MS = 700;
const POLL_MS = 1_500;
/** After so long nobody asks any more. */
const PATIENCE_MS = 200_000;

/** The acquirer and the payers of one payment, doing what its plan says and writing down all answers. */
export class People {
  readonly answers: Answer[] = [];
  /** What they did, by name, for shrinking. */
  readonly deeds: string[] = [];
  readonly paymentId: string;
  readonly #self: Caller;
  #busy = 0;
  /** So that asking again and again is told once. */
  #heardLast = '';
  #calls = 0;

  constructor(
    private readonly world: PeopleWorld,
    readonly plan: PaymentPlan,
  ) {
    this.paymentId = paymentIdFor(plan, world);
    this.#self = outsider(world.kernel, plan.way === 'scanned' ? 'payer' : 'acquirer');
  }

  /** Whether they have nothing more to do. */
  get isDone(): boolean {
    return this.#busy === 0;
  }

  /** Begins. Everything is entered at once, so that the history knows that they are not done. */
  start(): void {
    const { plan } = this;
    const { startMs, cancelMs, repeatMs, misuseMs, payerMs, rival } = plan;
    this.#do('', startMs, () => this.#pay());
    if (cancelMs !== undefined) this.#do('cancel', startMs + cancelMs, () => this.#cancel());
    if (repeatMs !== undefined) this.#do('repeat', startMs + repeatMs, () => this.#pay());
    if (misuseMs !== undefined) this.#do('misuse', startMs + misuseMs, () => this.#misuse());
    if (plan.way !== 'order' || payerMs === undefined) return;
    this.#do('payer', startMs + payerMs, () => this.#payOrder(plan.wallet));
    if (rival === undefined) return;
    this.#do('rival', startMs + payerMs, () => this.#payOrder(rival));
  }

  #do(deed: string, afterMs: number, work: () => Promise<unknown>): void {
    const { kernel, without } = this.world;
    const name = `${this.plan.name} ${deed}`.trim();
    if (without.has(name)) return;
    if (deed !== '') this.deeds.push(name);
    this.#busy += 1;
    kernel.after(afterMs, () => {
      work()
        .catch((error) => {
          kernel.tell(() => `${this.#self.name} gives up ${name}: ${String(error)}`);
        })
        .finally(() => {
          this.#busy -= 1;
        });
    });
  }

  async #pay(): Promise<void> {
    const payment = await this.#made();
    if (payment === undefined || this.plan.way === 'order') return;
    await this.#follow(payment);
  }

  #made(): Promise<Payment | undefined> {
    switch (this.plan.way) {
      case 'code':
        return this.#charge(this.#amount());
      case 'order':
        return this.#order();
      case 'scanned':
        return this.#scan();
    }
  }

  #charge(payeeAmount: Money): Promise<Payment | undefined> {
    const { merchant, codeOf } = this.world;
    const request = {
      ...this.#asked(payeeAmount),
      ...{ merchant, paymentCode: codeOf(this.plan), agreement: undefined },
    };
    return this.#insist('createPayment', (routing, served) =>
      routing.createPayment(request, served),
    );
  }

  #order(): Promise<Payment | undefined> {
    const { merchant } = this.world;
    const { ttlSeconds } = this.plan;
    const request = {
      ...this.#asked(this.#amount()),
      ...{ merchant, ttlSeconds, method: PaymentMethod.CASHIER },
    };
    return this.#insist('createOrder', (routing, served) => routing.createOrder(request, served));
  }

  #asked(payeeAmount: Money) {
    return {
      ...{ partnerId: this.world.partnerId, paymentRequestId: this.plan.name, payeeAmount },
      ...{ merchantId: 'shop', storeId: '', terminalId: '', orderDescription: '' },
    };
  }

  async #scan(): Promise<Payment | undefined> {
    const { issuerId, targets, wallets } = this.world;
    const scanned = {
      ...{ paymentRequestId: this.plan.name, targets: [...targets], tipAmount: undefined },
      ...{ payeeAmount: this.#amount(), orderReference: this.plan.name },
    };
    const question = { issuerId, ...scanned, paymentId: '' };
    const walletId = wallets[this.plan.wallet] ?? '';
    return this.#confirmed(question, walletId, { $case: 'scanned', value: scanned });
  }

  async #payOrder(wallet: number): Promise<void> {
    const { issuerId, wallets } = this.world;
    const { paymentId } = this;
    const none = { paymentRequestId: '', targets: [], payeeAmount: undefined };
    const walletId = wallets[wallet] ?? '';
    const subject = { $case: 'paymentId' as const, value: paymentId };
    const question = { issuerId, paymentId, ...none };
    const payment = await this.#confirmed(question, walletId, subject);
    if (payment) await this.#follow(payment);
  }

  /** Asks for the price until there is one, then confirms it with the same words until answered. */
  async #confirmed(
    question: Parameters<RoutingService['quoteRoutes']>[0],
    walletId: string,
    subject: Parameters<RoutingService['confirmPayment']>[0]['subject'],
  ): Promise<Payment | undefined> {
    const { issuerId } = this.world;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const quotes = await this.#heard('quoteRoutes', (routing) => routing.quoteRoutes(question));
      const [quote] = quotes ?? [];
      if (!quote) return undefined;
      const { quoteToken } = quote;
      const request = { issuerId, walletId, subject, quoteToken };
      const payment = await this.#insist('confirmPayment', (routing, served) =>
        routing.confirmPayment(request, served),
      );
      if (payment) return payment;
    }
    return undefined;
  }

  async #cancel(): Promise<void> {
    const { partnerId } = this.world;
    const request = { partnerId, paymentRequestId: this.plan.name };
    await this.#insist('cancelPayment', (routing, served) =>
      routing.cancelPayment(request, served),
    );
  }

  /** The same request id for another amount: it must be refused, or meet nothing but a tombstone. */
  async #misuse(): Promise<void> {
    if (this.plan.way !== 'code') return;
    const { currencyCode, amountMinor } = this.#amount();
    await this.#charge({ currencyCode, amountMinor: amountMinor + 1n });
  }

  #amount(): Money {
    const { currencyCode, amountMinor } = this.plan;
    return { currencyCode, amountMinor };
  }

  /** Asks until the payment is at its end, and then for its money back, where that is the plan. */
  async #follow(payment: Payment): Promise<void> {
    const { partnerId, paymentId } = payment;
    let latest: Payment | undefined = payment;
    while (latest?.state === PaymentState.PENDING && !this.#isTired()) {
      await this.#self.life.runtime.timers.sleep(POLL_MS);
      latest = await this.#insist('getPayment', (routing) =>
        routing.getPayment(partnerId, paymentId),
      );
    }
    if (latest?.state !== PaymentState.SUCCEEDED) return;
    for (const refund of this.plan.refunds) {
      this.#do(refund.name, refund.afterMs, () => this.#refund(partnerId, refund));
    }
  }

  async #refund(partnerId: string, { name, hundredths }: RefundPlan): Promise<void> {
    const { currencyCode, amountMinor } = this.plan;
    const part = (amountMinor * hundredths) / 100n;
    const request = {
      ...{ partnerId, paymentId: this.paymentId, refundRequestId: name, reason: 'wrong size' },
      payeeAmount: { currencyCode, amountMinor: part === 0n ? 1n : part },
    };
    await this.#insist(`createRefund ${name}`, (routing, served) =>
      routing.createRefund(request, served),
    );
  }

  /** Calls until there is an answer for good, and writes it down; undefined where it is a no. */
  async #insist<T extends Payment | Refund | undefined>(
    method: string,
    serve: (routing: RoutingService, served: Served) => Promise<T>,
  ): Promise<T | undefined> {
    const { kernel } = this.world;
    for (;;) {
      const sentMs = kernel.elapsedMs;
      const heard = await this.#once(method, serve);
      if ('answer' in heard) {
        this.#note(method, sentMs, entryOf(heard.answer));
        return heard.answer;
      }
      if (heard.refusal !== undefined) this.#note(method, sentMs, { refusal: heard.refusal });
      if (!heard.isOpen || this.#isTired()) return undefined;
      await this.#self.life.runtime.timers.sleep(PAUSE_MS);
    }
  }

  /** Likewise for what no payment comes of, and which is not written down. */
  async #heard<T>(
    method: string,
    serve: (routing: RoutingService) => Promise<T>,
  ): Promise<T | undefined> {
    for (;;) {
      const heard = await this.#once(method, serve);
      if ('answer' in heard) return heard.answer;
      if (!heard.isOpen || this.#isTired()) return undefined;
      await this.#self.life.runtime.timers.sleep(PAUSE_MS);
    }
  }

  async #once<T>(
    method: string,
    serve: (routing: RoutingService, served: Served) => Promise<T>,
  ): Promise<{ answer: T } | { refusal?: string; isOpen: boolean }> {
    const { kernel, network, routing } = this.world;
    this.#calls += 1;
    const replica = kernel.chance.between(
      `${this.plan.name} call ${this.#calls}`,
      0,
      routing.length - 1,
    );
    const to = routing[replica];
    if (to === undefined) throw new Error('there is no routing');
    try {
      const about = this.plan.name;
      const call = { from: this.#self, to, method, about, timeoutMs: CALL_TIMEOUT_MS, serve };
      return { answer: await network.call({ ...call, isRoutine: method === 'getPayment' }) };
    } catch (error) {
      if (!(error instanceof Refusal)) return { isOpen: true };
      return { refusal: error.reason, isOpen: OPEN.has(error.reason) };
    }
  }

  #note(method: string, sentMs: number, entry: Partial<Answer>): void {
    const { kernel } = this.world;
    const { name: about } = this.plan;
    const heardMs = kernel.elapsedMs;
    this.answers.push({ about, paymentId: this.paymentId, method, sentMs, heardMs, ...entry });
    const words = inWords(entry);
    if (method === 'getPayment' && words === this.#heardLast) return;
    this.#heardLast = words;
    kernel.tell(() => `${this.#self.name} hears of ${method} ${about}: ${words}`);
  }

  #isTired(): boolean {
    return this.world.kernel.elapsedMs > PATIENCE_MS;
  }
}

/** Refusals after which the same call may be answered otherwise. */
const OPEN: ReadonlySet<string> = new Set([
  ...['CANCEL_IN_PROGRESS', 'DEPENDENCY_UNAVAILABLE', 'OVERLOADED', 'DEADLINE_PASSED'],
]);

function paymentIdFor({ way, name }: PaymentPlan, { issuerId, partnerId }: PeopleWorld): string {
  return way === 'scanned' ? scannedPaymentIdOf(issuerId, name) : paymentIdOf(partnerId, name);
}

function entryOf(answer: Payment | Refund | undefined): Partial<Answer> {
  if (answer === undefined) return {};
  return 'refundId' in answer ? { refund: answer } : { payment: answer };
}

function inWords({ payment, refund, refusal }: Partial<Answer>): string {
  if (payment) {
    const reason = payment.declineReason === 0 ? '' : ` (${payment.declineReason})`;
    return `${PaymentState[payment.state]}${reason}, version ${payment.version}`;
  }
  if (refund) return `a refund of ${refund.payeeAmount?.amountMinor}, state ${refund.state}`;
  return refusal ?? 'nothing';
}
