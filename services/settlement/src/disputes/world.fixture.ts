import type { Database } from '@causeway/db';
import { refundedPartsSoFar, refundedPayerSoFar } from '@causeway/money';
import type { PaymentFact } from '@causeway/proto/routing';
import { DisputeReason } from '@causeway/proto/settlement';
import { uuidFrom } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import { encoded, factsOf, type Story, TOKYO } from '../booking/facts.fixture.ts';
import { Commands } from '../commands/commands.ts';
import { bookFacts } from '../events.ts';
import type { DisputeDesk } from './desk.ts';
import type { Dispute, GivenBack } from './dispute.ts';
import type { GiveBack } from './give-back.ts';
import { openDispute } from './open.ts';
import { DisputeWorker } from './worker.ts';

/** The wallet operator, the acquirer and the operator of the tests. */
export const HARBOUR = { kind: 'issuer', id: 'harbour-wallet' };
export const SAKURA = { kind: 'partner', id: 'sakura' };
export const OPS = { kind: 'operator', id: 'ops' };

export const TERMS = { answerHours: 10, escalationHours: 20, decisionHours: 30 };
export const HOUR_MS = 3_600_000;

/** What somebody says in these tests. */
export const words = (text: string) => ({ text, evidenceReference: 'case 17' });
export const jpy = (amountMinor: bigint) => ({ currencyCode: 'JPY', amountMinor });

/** Routing's end of disputes: it refunds what is left of its payments, and its facts are booked. */
export class FakeRouting {
  readonly facts: PaymentFact[] = [];
  readonly #stories = new Map<string, Story>();
  readonly #refunded = new Map<string, bigint>();
  readonly #answered = new Map<string, GivenBack>();
  isAway = false;

  constructor(private readonly db: Database) {}

  /** A payment happens and is booked; answers its id. */
  async pays(name: string, change: Partial<Story> = {}): Promise<string> {
    const story = { ...TOKYO, name, ...change };
    const paymentId = uuidFrom('payment', story.partnerId, name);
    this.#stories.set(paymentId, story);
    await this.#book(factsOf({ ...story, refunds: [] }));
    return paymentId;
  }

  /** A refund of the acquirer's, or of an outcome; answers what it gave back. */
  async refunds(paymentId: string, requestId: string, payeeMinor: bigint): Promise<GivenBack> {
    const story = this.#stories.get(paymentId);
    if (!story) throw new Error('no such payment');
    const before = this.#refunded.get(paymentId) ?? 0n;
    const [midMinor, markupMinor, residualMinor] = story.parts;
    const captured = { midMinor, markupMinor, residualMinor };
    const partsAt = (payeeRefundedSoFar: bigint) => {
      const payerCaptured = midMinor + markupMinor + residualMinor;
      const sums = { payerCaptured, payeeCaptured: story.payeeMinor, payeeRefundedSoFar };
      return refundedPartsSoFar(captured, refundedPayerSoFar(sums));
    };
    const [from, to] = [partsAt(before), partsAt(before + payeeMinor)];
    const parts: [bigint, bigint, bigint] = [
      to.midMinor - from.midMinor,
      to.markupMinor - from.markupMinor,
      to.residualMinor - from.residualMinor,
    ];
    const [, fact] = factsOf({ ...story, refunds: [{ payeeMinor, parts }] });
    if (fact?.kind?.$case !== 'refundSucceeded') throw new Error('no fact of the refund');
    const { refund } = fact.kind.value;
    if (!refund?.payerAmount) throw new Error('a refund without an amount');
    refund.refundRequestId = requestId;
    refund.refundId = uuidFrom('refund', paymentId, requestId);
    this.#refunded.set(paymentId, before + payeeMinor);
    await this.#book([fact]);
    return { refundId: refund.refundId, payeeMinor, payer: refund.payerAmount };
  }

  /** Refunds once per dispute, as much as is left. */
  readonly giveBack: GiveBack = async ({ disputeId, paymentId, grantedMinor = 0n }: Dispute) => {
    if (this.isAway) throw new Error('routing is away');
    const answered = this.#answered.get(disputeId);
    if (answered) return answered;
    const story = this.#stories.get(paymentId);
    const leftMinor = (story?.payeeMinor ?? 0n) - (this.#refunded.get(paymentId) ?? 0n);
    const payeeMinor = grantedMinor < leftMinor ? grantedMinor : leftMinor;
    if (payeeMinor === 0n) return undefined;
    const given = await this.refunds(paymentId, `dispute:${disputeId}`, payeeMinor);
    this.#answered.set(disputeId, given);
    return given;
  };

  async #book(facts: PaymentFact[]): Promise<void> {
    this.facts.push(...facts);
    await bookAll(this.db, facts);
  }
}

/** Books facts as they come from the stream. */
export function bookAll(db: Database, facts: readonly PaymentFact[]): Promise<void> {
  const delivered = facts.map((fact) => ({
    ...{ lane: 0, factId: fact.factId, subject: 'test' },
    ...encoded(fact),
  }));
  return bookFacts(db, delivered);
}

/** A desk whose time stands still until a test moves it, and the worker behind it. */
export function disputeWorld(db: Database) {
  const runtime = manualRuntime();
  const commands = new Commands(db, runtime.clock);
  const routing = new FakeRouting(db);
  const parts = { db, commands, runtime, giveBack: routing.giveBack };
  const desk: DisputeDesk = { db, commands, terms: TERMS, wake: () => {} };
  /** Opens a dispute of a payment; answers its id. */
  const open = async (paymentId: string, requestId: string, claimedMinor = 1_280n) => {
    const request = {
      ...{ requestId, paymentId, claimedAmount: jpy(claimedMinor) },
      ...{ reason: DisputeReason.DUPLICATE, statement: words('charged twice') },
    };
    return (await openDispute(desk, HARBOUR, request)).disputeId;
  };
  return { desk, open, routing, runtime, worker: new DisputeWorker(parts), parts };
}
