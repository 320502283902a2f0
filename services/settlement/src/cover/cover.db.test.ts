import type { PaymentFact } from '@causeway/proto/routing';
import type { SliceReport } from '@causeway/proto/settlement';
import { laneOf } from '@causeway/runtime';
import { armFailpoints, quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { encoded, factsOf, type Story, TOKYO } from '../booking/facts.fixture.ts';
import { type CommandHandler, Commands } from '../commands/commands.ts';
import { bookFacts } from '../events.ts';
import { toParticipant } from '../participants.ts';
import { post } from '../postings/post.ts';
import { type ChangeDeps, setCap, topUp, withdraw } from './change.ts';
import { leaseCover } from './lease.ts';
import { getCover, listCover } from './list.ts';
import { coverPosition, coverPositions } from './store.ts';
import { CoverWatch } from './watch.ts';

const { db } = await testDatabase(migrations);
const runtime = quietRuntime('settlement');
const deps: ChangeDeps = { db, commands: new Commands(db, runtime.clock), runtime };
const commandId = () => runtime.random.uuid();

afterEach(() => armFailpoints(undefined));

/** Routing's end of one slice: it spends what it was leased, and tells its totals. */
class Routing {
  leasedMinor = 0n;
  returnedMinor = 0n;
  reservedMinor = 0n;
  givenBackMinor = 0n;

  constructor(
    readonly issuerId: string,
    readonly side: 'issuer' | 'acquirer' = 'issuer',
    readonly currencyCode = 'HKD',
  ) {}

  get key() {
    return { participant: { kind: this.side, id: this.issuerId }, currencyCode: this.currencyCode };
  }

  get named() {
    return { participant: toParticipant(this.key.participant), currencyCode: this.currencyCode };
  }

  get report(): SliceReport {
    const { leasedMinor, returnedMinor, reservedMinor, givenBackMinor } = this;
    return { ...this.named, leasedMinor, returnedMinor, reservedMinor, givenBackMinor };
  }

  get freeMinor(): bigint {
    return this.leasedMinor - this.returnedMinor - this.reservedMinor + this.givenBackMinor;
  }

  async ask(...amountsMinor: bigint[]) {
    const needs = amountsMinor.length > 0 ? [{ ...this.named, amountsMinor }] : [];
    const { grants } = await leaseCover(deps, { reports: [this.report], needs });
    const grant = grants.find(({ participant }) => participant?.participantId === this.issuerId);
    this.leasedMinor = grant?.leasedMinor ?? this.leasedMinor;
    return grant;
  }

  /** Answers whether there was cover. */
  async reserve(minor: bigint): Promise<boolean> {
    if (this.freeMinor < minor) await this.ask(minor);
    if (this.freeMinor < minor) return false;
    this.reservedMinor += minor;
    return true;
  }

  cap(capMinor: bigint | undefined) {
    return setCap(deps, { commandId: commandId(), ...this.named, capMinor }, 'ops');
  }

  #moved(amountMinor: bigint) {
    const amount = { currencyCode: this.currencyCode, amountMinor };
    return { commandId: commandId(), ...this.named, amount, reference: 'bank 1' };
  }

  topUp(amountMinor: bigint) {
    return topUp(deps, this.#moved(amountMinor), 'ops');
  }

  withdraw(amountMinor: bigint) {
    return withdraw(deps, this.#moved(amountMinor), 'ops');
  }

  async position() {
    const position = await coverPosition(db, this.key);
    if (!position) throw new Error('no cover');
    const { capMinor = 0n, prefundedMinor, usedMinor, leasedMinor, availableMinor } = position;
    expect(availableMinor + leasedMinor + usedMinor).toBe(capMinor + prefundedMinor);
    return position;
  }
}

/** A payment of the operator, HKD 65.03 for JPY 1,280, reserved from both sides' cover or not. */
function story(issuerId: string, name: string, changes: Partial<Story> = {}): Story {
  return { ...TOKYO, issuerId, name: `${issuerId} ${name}`, covered: true, ...changes };
}
const PAID = 6_503n;

async function book(facts: readonly PaymentFact[]) {
  const delivered = facts.map((fact) => ({
    lane: laneOf(fact.payment?.paymentId ?? ''),
    ...{ factId: fact.factId, subject: 'causeway.routing.payment.test.v1' },
    ...encoded(fact),
  }));
  await bookFacts(db, delivered);
}

/** Every currency sums to zero, and what is prefunded stands in the books. */
async function expectBooksToHold() {
  const accounts = await accountSums(db);
  const sums = new Map<string, bigint>();
  for (const { currencyCode, debitsMinor, creditsMinor } of accounts) {
    sums.set(currencyCode, (sums.get(currencyCode) ?? 0n) + debitsMinor - creditsMinor);
  }
  expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
  const booked = accounts.filter(({ code }) => code === 'prefunding');
  const covers = (await coverPositions(db)).filter(({ prefundedMinor }) => prefundedMinor > 0n);
  expect(new Map(booked.map((one) => [one.owner, one.creditsMinor - one.debitsMinor]))).toEqual(
    new Map(covers.map((one) => [one.participant.id, one.prefundedMinor])),
  );
}

test('cover is leased up to the cap, booked out of the slice, and each part is seen', async () => {
  const routing = new Routing('walk');
  await routing.cap(10n * PAID);
  expect(await routing.position()).toMatchObject({ leasedMinor: 0n, reportedAt: undefined });
  for (let n = 0; n < 10; n += 1) expect(await routing.reserve(PAID)).toBe(true);
  expect(await routing.reserve(PAID)).toBe(false);
  await routing.ask();
  expect(await routing.position()).toMatchObject({
    ...{ leasedMinor: 10n * PAID, reservedMinor: 10n * PAID, usedMinor: 0n, availableMinor: 0n },
  });
  await book(Array.from({ length: 10 }, (_, n) => factsOf(story('walk', String(n)))).flat());
  expect(await routing.position()).toMatchObject({
    ...{ leasedMinor: 0n, reservedMinor: 0n, usedMinor: 10n * PAID, availableMinor: 0n },
  });
  expect(await routing.reserve(1n)).toBe(false);
  await routing.topUp(PAID);
  expect(await routing.reserve(PAID)).toBe(true);
  await expectBooksToHold();
});

test('a payment that was never reserved counts once it is booked, and a cancel or refund gives back', async () => {
  const routing = new Routing('old');
  await routing.cap(PAID);
  await book(factsOf(story('old', 'before', { covered: false })));
  expect(await routing.reserve(1n)).toBe(false);
  const refunds: Story['refunds'] = [{ payeeMinor: 280n, parts: [1_401n, 21n, 0n] }];
  await book(factsOf(story('old', 'before', { covered: false, refunds })));
  expect(await routing.reserve(1_423n)).toBe(false);
  expect(await routing.reserve(1_422n)).toBe(true);
});

test('an answer that was lost is told again, and nothing is leased twice', async () => {
  const routing = new Routing('lost');
  await routing.cap(8_000n);
  await routing.ask(100n);
  const { leasedMinor } = routing;
  routing.leasedMinor = 0n;
  armFailpoints('settlement.cover.leased=error@1');
  await expect(routing.ask(100n)).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  await routing.ask(100n);
  expect(routing.leasedMinor).toBe(leasedMinor);
  armFailpoints('settlement.cover.leasing=error@1');
  await expect(routing.ask(7_000n)).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  expect((await routing.position()).slice.leasedMinor).toBe(leasedMinor);
});

test('a hundred that ask at once are leased exactly the cover', async () => {
  const routing = new Routing('race');
  await routing.cap(5_000n);
  await routing.ask();
  const racers = Array.from({ length: 100 }, () => Object.assign(new Routing('race'), routing));
  await Promise.all(racers.map((racer) => racer.ask(1_000n)));
  const position = await routing.position();
  expect(position.slice.leasedMinor).toBeLessThanOrEqual(5_000n);
  await Promise.all(
    racers.map((racer) => Object.assign(racer, { reservedMinor: 5_000n }).ask(1_000n)),
  );
  expect((await routing.position()).slice.leasedMinor).toBe(5_000n);
});

test('no lease passes the cover, whatever is written', async () => {
  const routing = new Routing('strict');
  await routing.cap(100n);
  await routing.ask(50n);
  const beyond = db.transaction(async (tx) => {
    await tx.query(
      "UPDATE cover_slices SET leased_minor = leased_minor + 1000 WHERE participant_id = 'strict'",
    );
    await tx.query(
      `INSERT INTO cover_leases SELECT participant_kind, participant_id, currency_code, 'LEASED',
         leased_minor, 1000, now() FROM cover_slices WHERE participant_id = 'strict'`,
    );
  });
  await expect(beyond).rejects.toThrow('more than its cover');
});

test('liquidity that is used stays, and what slices hold is called back', async () => {
  const routing = new Routing('liquid');
  await routing.topUp(8_000n);
  await routing.cap(0n);
  expect(await routing.reserve(1_000n)).toBe(true);
  await routing.ask();
  expect(routing.freeMinor).toBeGreaterThan(0n);
  await expect(routing.withdraw(8_001n)).rejects.toMatchObject({ reason: 'COVER_IN_USE' });
  const leaving = routing.withdraw(7_000n);
  let isDone = false;
  void leaving.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const targetMinor = (await routing.ask())?.targetMinor ?? 0n;
    if (routing.freeMinor > 2n * targetMinor)
      routing.returnedMinor += routing.freeMinor - targetMinor;
  }
  await leaving;
  await routing.ask();
  expect(await routing.position()).toMatchObject({ prefundedMinor: 1_000n, availableMinor: 0n });
  await expectBooksToHold();
});

/** What the acquirer is owed goes to its bank. */
const payout: CommandHandler = {
  kind: 'test.payout',
  apply: (tx, command) =>
    post(tx, command, [
      {
        ...{ step: 'payout', kind: 'payout', currencyCode: 'JPY', amountMinor: 1_280n },
        debit: { code: 'acquirer_payable', owner: 'kyoto' },
        credit: { code: 'nostro', owner: '' },
        reference: 'window',
      },
    ]),
};

test("an acquirer's refunds take what it is owed, then its cover, and payouts take that away", async () => {
  const routing = new Routing('kyoto', 'acquirer', 'JPY');
  await routing.cap(1_000n);
  const paid = (name: string) => ({ ...story('any', name), partnerId: 'kyoto' });
  await book(factsOf({ ...paid('one'), covered: false }));
  expect(await routing.reserve(2_280n)).toBe(true);
  expect(await routing.reserve(1n)).toBe(false);
  await routing.ask();
  expect(await routing.position()).toMatchObject({ usedMinor: -1_280n, availableMinor: 0n });
  await deps.commands.execute(payout, { commandId: commandId(), operatorId: 'ops', body: null });
  expect(await routing.position()).toMatchObject({ usedMinor: 0n, availableMinor: -1_280n });
  expect(await routing.reserve(1n)).toBe(false);
  await expectBooksToHold();
});

test('participants see their own cover alone, and hear of one that runs out', async () => {
  const routing = new Routing('seen');
  await routing.cap(1_000n);
  await routing.reserve(850n);
  await routing.ask();
  const ofIssuer = await listCover(db, { kind: 'issuer', id: 'seen' }, '');
  expect(ofIssuer).toMatchObject([{ limited: true, reserved: { amountMinor: 850n } }]);
  expect(await listCover(db, { kind: 'acquirer', id: 'seen' }, '')).toEqual([]);
  expect(await listCover(db, 'operator', 'seen')).toEqual(ofIssuer);
  await expect(getCover(db, { kind: 'issuer', id: 'other' }, routing.key)).rejects.toMatchObject({
    reason: 'COVER_UNKNOWN',
  });
  const watch = new CoverWatch({ db, runtime, warnPercents: [80, 95] });
  const warned = () => runtime.logged.filter(({ fields }) => fields.participant === 'seen').length;
  await watch.look();
  await watch.look();
  expect(warned()).toBe(1);
});

const step = fc.oneof(
  fc.record({ kind: fc.constant('reserve' as const), minor: fc.bigInt({ min: 1n, max: 400n }) }),
  fc.record({ kind: fc.constant('cap' as const), minor: fc.bigInt({ min: 0n, max: 3_000n }) }),
  fc.record({ kind: fc.constant('topUp' as const), minor: fc.bigInt({ min: 1n, max: 500n }) }),
  fc.record({ kind: fc.constant('giveBack' as const), minor: fc.bigInt({ min: 1n, max: 400n }) }),
  fc.record({ kind: fc.constant('return' as const), minor: fc.bigInt({ min: 1n, max: 400n }) }),
  fc.record({ kind: fc.constant('book' as const), minor: fc.bigInt({ min: 1n, max: 400n }) }),
);

test('whatever happens, what is used, leased and available is the cover, and no more is leased', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const routing = new Routing(commandId());
      await routing.cap(1_000n);
      let onTheWay = 0n;
      let owed = 0n;
      let highestCap = 1_000n;
      let paidIn = 0n;
      for (const [n, { kind, minor }] of steps.entries()) {
        if (kind === 'reserve' && (await routing.reserve(minor))) onTheWay += minor;
        if (kind === 'cap') {
          await routing.cap(minor);
          highestCap = highestCap > minor ? highestCap : minor;
        }
        if (kind === 'topUp') {
          await routing.topUp(minor);
          paidIn += minor;
        }
        if (kind === 'giveBack' && minor <= onTheWay) {
          routing.givenBackMinor += minor;
          onTheWay -= minor;
        }
        if (kind === 'return' && minor <= routing.freeMinor) routing.returnedMinor += minor;
        if (kind === 'book' && minor <= onTheWay) {
          const parts: Story['parts'] = [minor, 0n, 0n];
          await book(factsOf(story(routing.issuerId, String(n), { parts })));
          onTheWay -= minor;
          owed += minor;
        }
        await routing.ask();
        const position = await routing.position();
        expect(position.usedMinor).toBe(owed);
        expect(position.reservedMinor).toBe(onTheWay);
        expect(position.leasedMinor).toBe(onTheWay + routing.freeMinor);
        expect(owed + position.leasedMinor <= highestCap + paidIn).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
  await expectBooksToHold();
});
