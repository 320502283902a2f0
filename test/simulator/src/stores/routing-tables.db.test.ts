import { ParticipantKind } from '@causeway/proto/common';
import { ChargeState } from '@causeway/proto/wallet';
import { migrations } from '@causeway/routing/migrations/index.ts';
import { stampsOf } from '@causeway/routing/src/clearing/stamps.ts';
import { ClearingStore } from '@causeway/routing/src/clearing/store.ts';
import { factOf } from '@causeway/routing/src/payments/facts.ts';
import { next } from '@causeway/routing/src/payments/machine/next.ts';
import type { Input } from '@causeway/routing/src/payments/machine/types.ts';
import type { PaymentRecord } from '@causeway/routing/src/payments/record.ts';
import { type Change, PaymentStore } from '@causeway/routing/src/payments/store.ts';
import {
  chargeOf,
  moment,
  pendingPayment,
  UNPUBLISHED,
} from '@causeway/routing/src/payments/testing.ts';
import { RefundStore } from '@causeway/routing/src/refunds/store.ts';
import { ReversalStore } from '@causeway/routing/src/reversals/store.ts';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RoutingTables } from './routing-tables.ts';

const { db } = await testDatabase(migrations);
const sql = {
  payments: new PaymentStore(db, UNPUBLISHED),
  refunds: new RefundStore(db),
  reversals: new ReversalStore(db),
  clearing: new ClearingStore(db),
};

const PARTIES = [
  { kind: ParticipantKind.ACQUIRER, id: 'sakura' },
  { kind: ParticipantKind.ISSUER, id: 'harbour-wallet' },
] as const;
const NAMES = ['a', 'b', 'c'] as const;
const ROUTES = ['sakura-1', 'kiku-1'] as const;

const input = fc.constantFrom('captured', 'declined', 'cancel', 'refund', 'unseen', 'fenced');
const minute = fc.integer({ min: 0, max: 5 });

/** What is done to both stores; few names, so that everything meets everything. */
const deed = fc.oneof(
  fc.record({
    kind: fc.constant('insert' as const),
    names: fc.subarray([...NAMES], { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('decide' as const),
    deeds: fc.uniqueArray(
      fc.record({ name: fc.constantFrom(...NAMES), input, isStale: fc.boolean() }),
      {
        selector: ({ name }) => name,
        minLength: 1,
      },
    ),
  }),
  fc.record({ kind: fc.constant('claim' as const), minute }),
  fc.record({
    kind: fc.constant('reversal' as const),
    ...{ name: fc.constantFrom(...NAMES), routeId: fc.constantFrom(...ROUTES), minute },
    what: fc.constantFrom('begin', 'look', 'quiet', 'given back', 'claim'),
  }),
  fc.record({ kind: fc.constant('seal' as const), party: fc.constantFrom(...PARTIES) }),
);

type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

const START = new Date('2026-03-13T03:00:00Z').getTime();
/** More than there are: which of several is claimed first is nobody's promise. */
const MANY = 100;
const at = (minutes: number) => new Date(START + minutes * 60_000);

/** One run on fresh names in both stores. */
class Run {
  readonly tables = new RoutingTables({ onPayment: () => {}, onRefund: () => {} });
  readonly #before = new Map<string, PaymentRecord>();
  #count = 0;

  constructor(private readonly run: number) {
    this.tables.addParticipants(PARTIES);
  }

  payment(name: string): PaymentRecord {
    const paymentId = uuidFrom('test', `${this.run} ${name}`);
    return pendingPayment({ paymentId, lane: laneOf(paymentId), paymentRequestId: name });
  }

  async both(told: Deed): Promise<[unknown, unknown]> {
    switch (told.kind) {
      case 'insert': {
        const items = told.names.map((name) => ({ payment: this.payment(name), fact: undefined }));
        return [await sql.payments.insert(items), this.tables.insert(items, this.#place())];
      }
      case 'decide': {
        const changes = told.deeds.flatMap((each) => this.#change(each) ?? []);
        return [await sql.payments.commit(changes), this.tables.commit(changes, this.#place())];
      }
      case 'claim':
        return this.#claim(at(told.minute));
      case 'reversal':
        return this.#reversal(told);
      case 'seal': {
        await sql.clearing.seal(told.party, '2026-03-13', at(0));
        this.tables.seal(told.party, '2026-03-13');
        return [undefined, undefined];
      }
    }
  }

  #place() {
    this.#count += 1;
    return { batchId: String(this.#count), availableAtMs: 0 };
  }

  #change(told: { name: string; input: string; isStale: boolean }): Change | undefined {
    const now = this.tables.payments.get(this.payment(told.name).paymentId);
    const payment = told.isStale ? (this.#before.get(told.name) ?? now) : now;
    if (!payment) return undefined;
    const decision = next(payment, this.#input(told, payment), moment());
    if (!('payment' in decision)) return undefined;
    if (now) this.#before.set(told.name, now);
    if (decision.outcome === 'stepped') {
      return { payment: decision.payment, fact: undefined, refund: undefined, stamps: [] };
    }
    const { payment: changed, fact, wasCaptured, refund } = decision;
    return {
      ...{ payment: changed, refund, fact: factOf(fact, changed, wasCaptured, refund) },
      stamps: stampsOf(fact, changed, wasCaptured, refund),
    };
  }

  #input({ input: kind }: { input: string }, payment: PaymentRecord): Input {
    switch (kind) {
      case 'captured':
        return { kind: 'charged', charge: chargeOf(payment, ChargeState.CAPTURED) };
      case 'declined':
        return { kind: 'charged', charge: chargeOf(payment, ChargeState.DECLINED, 3) };
      case 'refund': {
        this.#count += 1;
        const refundId = uuidFrom('test', `${this.run} refund ${this.#count}`);
        const payeeAmount = { currencyCode: 'JPY', amountMinor: 100n };
        const asked = { refundId, refundRequestId: String(this.#count), payeeAmount, reason: '' };
        return { kind: 'refund', refund: asked };
      }
      case 'unseen':
      case 'fenced':
      case 'cancel':
        return { kind };
      default:
        throw new Error(kind);
    }
  }

  async #claim(now: Date): Promise<[unknown, unknown]> {
    const until = at(60);
    const ids = (rows: readonly PaymentRecord[]) => rows.map(({ paymentId }) => paymentId).sort();
    const theirs = ids(await sql.payments.claimDue(now, until, MANY));
    const ours = ids(this.tables.claimPayments(now, until, MANY, false));
    const refunds = await sql.refunds.claimDue(now, until, MANY);
    const claimed = this.tables.claimRefunds(now, until, MANY);
    return [
      [theirs, refunds.length],
      [ours, claimed.length],
    ];
  }

  async #reversal(told: Extract<Deed, { kind: 'reversal' }>): Promise<[unknown, unknown]> {
    const { lane, paymentId } = this.payment(told.name);
    const { routeId, what } = told;
    const key = { lane, paymentId, routeId };
    const due = at(told.minute);
    const noted = (state: 'QUIET' | 'GIVEN_BACK') => ({ ...key, state, checks: 2 });
    switch (what) {
      case 'begin':
        return [await sql.reversals.begin(key, due), this.tables.beginReversal(key, due)];
      case 'look':
        await sql.reversals.lookSoon(key, [routeId], due);
        return [undefined, this.tables.lookSoon(key, [routeId], due)];
      case 'quiet':
      case 'given back': {
        const reversal = noted(what === 'quiet' ? 'QUIET' : 'GIVEN_BACK');
        await sql.reversals.note(reversal, undefined);
        return [undefined, this.tables.noteReversal(reversal, undefined)];
      }
      default: {
        const order = (rows: readonly { routeId: string; paymentId: string }[]) =>
          [...rows].sort((a, b) =>
            `${a.paymentId}${a.routeId}` < `${b.paymentId}${b.routeId}` ? -1 : 1,
          );
        const theirs = await sql.reversals.claimDue(due, at(60), 10);
        return [order(theirs), order(this.tables.claimReversals(due, at(60), 10))];
      }
    }
  }

  async read(): Promise<[unknown, unknown]> {
    const keys = NAMES.map((name) => this.payment(name));
    const theirs = await sql.payments.read(keys);
    const refunds = await Promise.all(
      [...this.tables.refunds.values()].map((refund) => sql.refunds.read(refund, refund.refundId)),
    );
    return [
      [theirs, refunds],
      [this.tables.read(keys), [...this.tables.refunds.values()]],
    ];
  }
}

let runs = 0;

test('the tables in memory do what Postgres does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 25 }), async (deeds) => {
      runs += 1;
      await db.query(
        'TRUNCATE payments, refunds, reversals, clearing_participants, clearing_seals',
      );
      await sql.clearing.add(PARTIES);
      const run = new Run(runs);
      await run.both({ kind: 'insert', names: [...NAMES] });
      for (const told of deeds) {
        const [theirs, ours] = await run.both(told);
        expect(ours).toEqual(theirs);
      }
      const [theirs, ours] = await run.read();
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 60 },
  );
}, 120_000);
