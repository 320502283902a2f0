import { ConfirmationState } from '@causeway/proto/connector';
import { RefusalClass, type Route } from '@causeway/proto/routing';
import { ChargeState } from '@causeway/proto/wallet';
import { RpcFailure } from '@causeway/rpc';
import { manualRuntime } from '@causeway/runtime/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryStore } from '../testing/memory-store.fixture.ts';
import { FakePartner, type Verdict } from '../testing/partner.fixture.ts';
import { routeTo, WALLET_ID, worldOver } from '../testing/world.fixture.ts';
import { confirmedPayment } from './testing.ts';

/** How one call goes wrong: on the way there, on the way back, or with the process itself. */
const fault = fc.constantFrom('', '', '', 'lost', 'unheard', 'crash', 'unreachable');

const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constant({ state: ConfirmationState.CONFIRMED }),
  fc
    .constantFrom('FINAL', 'BUSY', 'UNCLEAR')
    .map((refusalCode) => ({ state: ConfirmationState.REFUSED, refusalCode })),
  fc.record({
    state: fc.constant(ConfirmationState.PENDING),
    later: fc.record({
      inquiries: fc.nat({ max: 4 }),
      state: fc.constantFrom(ConfirmationState.CONFIRMED, ConfirmationState.REFUSED),
    }),
  }),
);

const story = fc.record({
  verdicts: fc.array(verdict, { minLength: 1, maxLength: 3 }),
  /** How each of the calls, in their order, goes wrong; those beyond go well. */
  faults: fc.array(fault, { maxLength: 16 }),
  /** When the acquirer cancels, in milliseconds; not at all where it is undefined. */
  cancelAtMs: fc.option(fc.nat({ max: 15_000 }), { nil: undefined }),
  balanceMinor: fc.constantFrom(1_000_000n, 1_000_000n, 1_000_000n, 10n),
  lastHasConnector: fc.boolean(),
});

/** The first partner charges, and we die; the next attempt to ask it does not reach it. */
const CHARGED_UNHEARD_OF: Story = {
  verdicts: [{ state: ConfirmationState.CONFIRMED }, { state: ConfirmationState.CONFIRMED }],
  faults: ['', '', 'crash', 'unreachable'],
  ...{ cancelAtMs: undefined, balanceMinor: 1_000_000n, lastHasConnector: true },
};

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

const RULES = [
  { refusalCode: 'BUSY', refusalClass: RefusalClass.RETRIABLE, declineReason: 0 },
  { refusalCode: 'UNCLEAR', refusalClass: RefusalClass.UNKNOWN, declineReason: 0 },
];

const STEP_MS = 100;
const DOUBT_MS = 6_000;
const GIVE_UP_MS = 300_000;

/** One payment over several partners, each of whose calls may go wrong, until it is at rest. */
async function live(told: Story) {
  const runtime = manualRuntime();
  const store = new MemoryStore();
  const partners = told.verdicts.map((each) => Object.assign(new FakePartner(), { verdict: each }));
  const routes = partners.map((_, index) => routeOf(index, told));
  const world = await worldOver(store, {
    ...{ routes, runtime, doubtMs: DOUBT_MS, inquiryMs: 1_000 },
    clientAt: (address) => partners[Number(address.at(-1))]?.client as never,
  });
  world.issuer.wallet.balanceMinor = told.balanceMinor;
  const payment = confirmedPayment(routes, runtime.clock.now(), WALLET_ID);
  let calls = 0;
  const disturb = (_method: string, when: 'before' | 'after'): void | Promise<void> => {
    if (when === 'before') calls += 1;
    const kind = told.faults[calls - 1];
    // Whoever waits for this answer is gone, and never goes on.
    if (kind === 'crash' && when === 'after') return new Promise(() => {});
    if (kind === 'unheard' && when === 'after') throw new RpcFailure('DEADLINE_EXCEEDED', kind);
    if (kind === 'lost' && when === 'before') throw new RpcFailure('DEADLINE_EXCEEDED', kind);
    if (kind === 'unreachable' && when === 'before')
      throw new RpcFailure('UNAVAILABLE', kind, false);
  };
  const watched = { chargedAtOnce: 0, capturedUnconfirmed: false };
  for (const partner of partners) {
    partner.disturb = (method, when) => {
      const charging = partners.filter((each) => each.hasCharged(payment.paymentId)).length;
      watched.chargedAtOnce = Math.max(watched.chargedAtOnce, charging);
      return disturb(method, when);
    };
  }
  world.issuer.disturb = (method, when) => {
    const row = store.rows.get(payment.paymentId);
    const [partner, route] = [partners, row?.journey?.routes ?? []].map(
      (list) => list[row?.journey?.attempt ?? 0],
    ) as [FakePartner, { asksPartner: boolean }];
    if (method === 'capture' && row?.step === 'CAPTURE' && route.asksPartner) {
      watched.capturedUnconfirmed ||= !partner.hasCharged(payment.paymentId);
    }
    return disturb(method, when);
  };
  await world.book.insert(payment).catch(() => undefined);
  await settle(runtime);
  void world.worker.drive(payment);
  let cancelled = false;
  for (let ms = 0; ms < GIVE_UP_MS; ms += STEP_MS) {
    const row = store.rows.get(payment.paymentId);
    if (!row || (row.step === 'DONE' && (cancelled || told.cancelAtMs === undefined))) break;
    if (told.cancelAtMs !== undefined && !cancelled && ms >= told.cancelAtMs) {
      cancelled = true;
      const applied = await settled(world.book.apply(row, { kind: 'cancel' }), runtime);
      if (applied.outcome === 'done') void world.worker.drive(applied.payment);
      if (applied.outcome === 'lost') cancelled = false;
    } else if (row.dueAt && row.dueAt <= runtime.clock.now()) {
      const leased = { ...row, dueAt: new Date(runtime.clock.nowMs() + 10_000) };
      store.rows.set(payment.paymentId, leased);
      void world.worker.takeUp(leased);
    }
    await runtime.advance(STEP_MS);
    await settle(runtime);
  }
  const end = store.rows.get(payment.paymentId);
  if (!end) throw new Error('the payment is gone');
  return { end, partners, issuer: world.issuer, history: store.history, ...watched };
}

function routeOf(index: number, { verdicts, lastHasConnector }: Story): Route {
  const isLast = index === verdicts.length - 1;
  const asks = !isLast || index === 0 || lastHasConnector;
  return routeTo(`route-${index}`, {
    ...{ refusalRules: RULES, connectorAddress: asks ? `partner:${index}` : '' },
  });
}

async function settle(runtime: { timers: { immediate(): Promise<void> } }) {
  for (let turn = 0; turn < 4; turn += 1) await runtime.timers.immediate();
}

async function settled<T>(promise: Promise<T>, runtime: Parameters<typeof settle>[0]): Promise<T> {
  await settle(runtime);
  return promise;
}

test('whatever goes wrong, nobody charges twice and every end is fenced', async () => {
  const ends = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const { end, partners, issuer, history, chargedAtOnce, capturedUnconfirmed } =
        await live(told);
      expect(end.step).toBe('DONE');
      ends.set(end.state, (ends.get(end.state) ?? 0) + 1);
      expect(chargedAtOnce).toBeLessThanOrEqual(1);
      expect(capturedUnconfirmed).toBe(false);

      const attempt = end.journey?.attempt ?? 0;
      const charging = partners.flatMap((p, i) => (p.hasCharged(end.paymentId) ? [i] : []));
      const asksPartner = end.journey?.routes[attempt]?.asksPartner;
      const state = issuer.charges.get(end.paymentId)?.state;
      if (end.state === 'SUCCEEDED') {
        expect(state).toBe(ChargeState.CAPTURED);
        expect(charging).toEqual(asksPartner ? [attempt] : []);
        expect(end.routeId).toBe(`route-${attempt}`);
      } else {
        expect(issuer.takenMinor()).toBe(0n);
        expect([ChargeState.VOIDED, ChargeState.DECLINED]).toContain(state);
        expect(charging).toEqual([]);
      }
      // Once final it stays so, but for a success that its acquirer cancels.
      const states = history.map((row) => row.state).filter((s, i, all) => s !== all[i - 1]);
      expect(states.join()).toMatch(/^PENDING(,SUCCEEDED)?(,DECLINED|,CANCELLED)?$/);
    }),
    { numRuns: 100, examples: [[CHARGED_UNHEARD_OF]] },
  );
  // The stories are worth telling only if they end in every way.
  expect([...ends.keys()].sort()).toEqual(['CANCELLED', 'DECLINED', 'SUCCEEDED']);
}, 60_000);
