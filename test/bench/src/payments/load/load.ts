import { DeclineReason, PaymentState } from '@causeway/proto/common';
import { type Answer, readStreamAnswer, readUnaryAnswer } from './answer.ts';
import type { Partner, Receiver } from './edges.ts';
import type { Journal } from './journal.ts';
import type { Order } from './order.ts';
import type { Edge, LoadEnded } from './protocol.ts';
import { Tally } from './tally.ts';

/** Who sends, what is kept of the answers, and where orders come from. */
export interface LoadParts {
  edge: Edge;
  partners: readonly Partner[];
  journal: Journal;
  /** How long a request id is before its number. */
  prefixLength: number;
  /** The next payment; undefined where the codes have run out. */
  take(): Order | undefined;
  /** Whether there is one now; where codes are made alongside, the next may come a little later. */
  ready(): boolean;
}

/** After this long an answer that has not come is not waited for any more. */
const LAST_ANSWER_MS = 15_000;

/** Payments under way over one edge. A driver decides when the next begins. */
export class Load implements Receiver {
  readonly tally = new Tally();
  readonly #parts: LoadParts;
  /** By number; a stream answers in any order. */
  readonly #underWay = new Map<number, Order>();
  /** Told whenever a payment has ended. */
  onEnded: () => void = () => {};
  /** Told when there is nothing left to send. */
  onDry: () => void = () => {};
  #dry = false;
  #idle: (() => void) | undefined;

  constructor(parts: LoadParts) {
    this.#parts = parts;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** Whether what arrives now can be sent. */
  get ready(): boolean {
    return this.#parts.ready();
  }

  get dry(): boolean {
    return this.#dry;
  }

  /**
   * Sends the next payment. Does nothing where codes have run out.
   *
   * @param begunMs on the monotonic clock: what its latency is measured from
   */
  send(begunMs: number): void {
    const order = this.#parts.take();
    if (order === undefined) {
      this.#runDry();
      return;
    }
    order.begunMs = begunMs;
    this.#underWay.set(order.number, order);
    this.tally.sent();
    const partner = this.#parts.partners[order.partner];
    if (this.#parts.edge === 'unary') partner?.sendUnary(order);
    else partner?.sendStreamed(order);
  }

  /** Waits for the last answers; what has none by then is of unknown outcome. */
  async finish(): Promise<LoadEnded> {
    if (this.#underWay.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LAST_ANSWER_MS);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const order of [...this.#underWay.values()]) this.failed(order, 'NO_ANSWER', false);
    for (const partner of this.#parts.partners) partner.endStream();
    this.#parts.journal.flush();
    return this.tally.total();
  }

  answered(order: Order, bytes: Buffer): void {
    this.#answered(order, readUnaryAnswer(bytes), bytes);
  }

  streamed(bytes: Buffer): void {
    const answer = readStreamAnswer(bytes, this.#parts.prefixLength);
    const order = this.#underWay.get(answer.number);
    if (order === undefined) throw new Error('an answer to what was not asked, or a second one');
    if (answer.refusal === '') this.#answered(order, answer, bytes);
    else this.failed(order, answer.refusal, answer.refusal !== 'DEPENDENCY_UNAVAILABLE');
  }

  failed(order: Order, reason: string, refused: boolean): void {
    this.#parts.journal.failed(order, refused ? 'REFUSED' : 'UNKNOWN');
    this.tally.ended(reason, performance.now() - order.begunMs);
    this.#ended(order);
  }

  broke(partner: number, reason: string): void {
    for (const order of [...this.#underWay.values()]) {
      if (order.partner === partner) this.failed(order, reason, false);
    }
  }

  #answered(order: Order, answer: Answer, bytes: Buffer): void {
    const tookMs = performance.now() - order.begunMs;
    const outcome = this.#parts.journal.answered(order, answer, bytes);
    if (outcome === 'SUCCEEDED') this.tally.succeeded(tookMs);
    else this.tally.ended(reasonOf(answer), tookMs);
    this.#ended(order);
  }

  #ended({ number }: Order): void {
    this.#underWay.delete(number);
    this.onEnded();
    if (this.#underWay.size === 0) this.#idle?.();
  }

  #runDry(): void {
    if (this.#dry) return;
    this.#dry = true;
    this.onDry();
  }
}

function reasonOf({ state, declineReason }: Answer): string {
  if (state === PaymentState.DECLINED) return DeclineReason[declineReason] ?? 'DECLINED';
  return PaymentState[state] ?? 'UNSPECIFIED';
}
