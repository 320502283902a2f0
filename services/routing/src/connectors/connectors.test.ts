import { DeclineReason } from '@causeway/proto/common';
import { ConfirmationState } from '@causeway/proto/connector';
import { ChargeState } from '@causeway/proto/wallet';
import { describe, expect, test } from 'vitest';
import { FakePartner } from '../testing/partner.fixture.ts';
import {
  between,
  open,
  runtime,
  type Servers,
  SHORT_MS,
  worldWith,
} from '../testing/partners.fixture.ts';
import { routeTo } from '../testing/world.fixture.ts';

const never = () => new Promise<never>(() => {});

/** What a call to a partner that hangs is given. */
const HANGS = { timeoutMs: 500 };

describe('a partner that', { timeout: 30_000 }, () => {
  test('confirms is asked once, and told which merchant and order', async () => {
    const partner = new FakePartner();
    const { pay, issuer, observed } = await between([partner]);
    const payment = await pay();
    expect(payment).toMatchObject({ state: 'SUCCEEDED', routeId: 'route-0' });
    expect(payment.journey?.partnerReference).toBe(`ref ${payment.paymentId}`);
    expect(partner.calls).toEqual(['confirm']);
    expect(issuer.calls).toEqual(['hold', 'takeOverHold', 'capture']);
    expect(observed).toEqual([['route-0', true]]);
  });

  test.each([
    ['CLOSED', DeclineReason.MERCHANT_INACTIVE, 'route-0'],
    ['UNLISTED', DeclineReason.REFUSED_BY_PARTNER, 'route-0'],
  ])('refuses for good with %s: declined, and no other is asked', async (code, reason, routeId) => {
    const [first, second] = [new FakePartner(), new FakePartner()];
    first.verdict = { state: ConfirmationState.REFUSED, refusalCode: code };
    const { pay, issuer } = await between([first, second]);
    const payment = await pay();
    expect(payment).toMatchObject({ state: 'DECLINED', declineReason: reason, routeId });
    expect(issuer.charges.get(payment.paymentId)?.state).toBe(ChargeState.VOIDED);
    expect(second.calls).toEqual([]);
  });

  test('refuses and never will charge: another is asked, with the same hold', async () => {
    const [first, second] = [new FakePartner(), new FakePartner()];
    first.verdict = { state: ConfirmationState.REFUSED, refusalCode: 'BUSY' };
    const { pay, issuer, observed } = await between([first, second]);
    expect(await pay()).toMatchObject({ state: 'SUCCEEDED', routeId: 'route-1' });
    expect(issuer.calls).toEqual(['hold', 'takeOverHold', 'capture']);
    expect(observed).toEqual([
      ['route-0', false],
      ['route-1', true],
    ]);
  });

  test('answers in time that it is at work, and confirms later', async () => {
    const partner = new FakePartner();
    const later = { inquiries: 2, state: ConfirmationState.CONFIRMED };
    partner.verdict = { state: ConfirmationState.PENDING, later };
    const { pay } = await between([partner]);
    expect((await pay()).state).toBe('SUCCEEDED');
    expect(partner.calls).toEqual(['confirm', 'inquire', 'inquire', 'inquire']);
  });

  test('times out and has confirmed: an inquiry finds it out', async () => {
    const partner = new FakePartner();
    partner.disturb = (method, when) =>
      method === 'confirm' && when === 'after' ? never() : undefined;
    const { pay } = await between([partner], {}, HANGS);
    expect((await pay()).state).toBe('SUCCEEDED');
    expect(partner.calls).not.toContain('reverse');
  });

  test('times out and has refused: an inquiry finds it out', async () => {
    const partner = new FakePartner();
    partner.verdict = { state: ConfirmationState.REFUSED, refusalCode: 'CLOSED' };
    partner.disturb = (method, when) =>
      method === 'confirm' && when === 'after' ? never() : undefined;
    const { pay } = await between([partner], {}, HANGS);
    expect(await pay()).toMatchObject({ declineReason: DeclineReason.MERCHANT_INACTIVE });
  });

  const confirmed = {
    ...{ paymentId: '8f0c6f0e-0000-8000-8000-0000000000ff', partnerReference: 'other' },
    ...{ state: ConfirmationState.CONFIRMED, refusalCode: '' },
  };
  test.each<[string, Servers]>([
    ['answers what is no message', { garbled: 'confirmPayment' }],
    [
      'answers about another payment',
      { confirmPayment: async () => ({ confirmation: confirmed }) },
    ],
    ['answers nothing at all', { confirmPayment: async () => ({ confirmation: undefined }) }],
    [
      'answers a state that there is not',
      {
        confirmPayment: async ({ paymentId }) => ({
          confirmation: { ...confirmed, paymentId, state: 99 as ConfirmationState },
        }),
      },
    ],
    ['fails', { confirmPayment: () => Promise.reject(new Error('a defect of theirs')) }],
    ['hangs', { confirmPayment: never }],
  ])('%s is reversed before another is asked', async (_what, instead) => {
    const [first, second] = [new FakePartner(), new FakePartner()];
    // Nothing is learnt of it by inquiry either, until it is reversed.
    first.disturb = (method, when) => {
      if (method === 'inquire' && when === 'after') throw new Error('no answer');
    };
    const { pay } = await between([first, second], instead, { ...HANGS, doubtMs: SHORT_MS });
    const payment = await pay();
    expect(payment).toMatchObject({ state: 'SUCCEEDED', routeId: 'route-1' });
    expect(first.stateOf(payment.paymentId)).toBe(ConfirmationState.REVERSED);
    expect(first.hasCharged(payment.paymentId)).toBe(false);
  });

  test('is in doubt to the end: declined only after it was reversed and the hold voided', async () => {
    const partner = new FakePartner();
    partner.verdict = { state: ConfirmationState.REFUSED, refusalCode: 'HMM' };
    let reversals = 0;
    partner.disturb = (method, when) => {
      if (method !== 'reverse' || when === 'after') return;
      reversals += 1;
      if (reversals < 3) throw new Error('not now');
    };
    const { pay, store } = await between([partner], {}, { doubtMs: SHORT_MS });
    expect(await pay()).toMatchObject({ declineReason: DeclineReason.PARTNER_UNAVAILABLE });
    expect(reversals).toBe(3);
    const steps = store.history.map(({ step }) => step).filter((s, i, all) => s !== all[i - 1]);
    expect(steps.join()).toBe('HOLD,TAKE_OVER,CONFIRM,INQUIRE,REVERSE,VOID_FOR_REFUSAL,DONE');
  });

  test('has charged all the same when it is reversed gives it all back: an incident', async () => {
    const partner = new FakePartner();
    const instead: Servers = {
      confirmPayment: async () => ({ confirmation: undefined }),
      reversePayment: async ({ paymentId }) => ({ confirmation: { ...confirmed, paymentId } }),
    };
    const { pay } = await between([partner], instead, { doubtMs: SHORT_MS });
    const payment = await pay();
    expect(payment.state).toBe('DECLINED');
    expect(partner.givenBack).toEqual(new Set([payment.paymentId]));
    const kinds = runtime.logged.map(({ fields }) => fields.kind);
    expect(kinds).toContain('late_success_refunded');
  });

  test('cannot be reached was not asked: another is, at once', async () => {
    const second = new FakePartner();
    const server = await open(second);
    const { pay } = await worldWith([
      routeTo('route-0', { connectorAddress: '127.0.0.1:1' }),
      routeTo('route-1', { connectorAddress: `127.0.0.1:${server.port}` }),
    ]);
    expect(await pay()).toMatchObject({ state: 'SUCCEEDED', routeId: 'route-1' });
  });

  test('dies midway: nobody else is asked before it is back and says what it did', async () => {
    const [first, second] = [new FakePartner(), new FakePartner()];
    const { pay, servers, directory } = await between([first, second], {}, HANGS);
    first.disturb = async (method, when) => {
      if (method !== 'confirm' || when === 'before') return;
      first.disturb = () => {};
      void servers[0]?.drain();
      await never();
    };
    const paid = pay();
    await expect.poll(() => first.calls, { timeout: 5_000 }).toContain('confirm');
    const again = await open(first);
    const route = directory.view.routes.get('route-0');
    if (route) route.connectorAddress = `127.0.0.1:${again.port}`;
    expect(await paid).toMatchObject({ state: 'SUCCEEDED', routeId: 'route-0' });
    expect(second.calls).toEqual([]);
  });

  test.each(['ops', 'siam'])(
    'shows the certificate of somebody else, %s, is told nothing',
    async (as) => {
      const impostor = new FakePartner();
      const server = await open(impostor, { as });
      const { pay } = await worldWith([
        routeTo('route-0', { connectorAddress: `127.0.0.1:${server.port}` }),
      ]);
      expect(await pay()).toMatchObject({ declineReason: DeclineReason.PARTNER_UNAVAILABLE });
      expect(impostor.calls).toEqual([]);
    },
  );

  test('is slow holds up its own limit of payments; the others take another route', async () => {
    const [slow, second] = [new FakePartner(), new FakePartner()];
    slow.disturb = (method) => (method === 'confirm' ? runtime.timers.sleep(300) : undefined);
    const { pay, observed } = await between([slow, second], {}, { maxInFlight: 2 });
    const payments = await Promise.all(Array.from({ length: 4 }, () => pay()));
    expect(payments.map(({ state }) => state)).toEqual(Array(4).fill('SUCCEEDED'));
    const routes = payments.map(({ routeId }) => routeId).sort();
    expect(routes).toEqual(['route-0', 'route-0', 'route-1', 'route-1']);
    // Being full is not failing.
    expect(observed.map(([, wentWell]) => wentWell)).toEqual(Array(4).fill(true));
  });
});

test('a report ends the pause between inquiries', async () => {
  const partner = new FakePartner();
  partner.verdict = { state: ConfirmationState.PENDING };
  const { port } = await open(partner);
  const routes = [routeTo('route-0', { connectorAddress: `127.0.0.1:${port}` })];
  const { pay, store, worker } = await worldWith(routes, { inquiryMs: 30_000 });
  const paid = pay();
  await expect.poll(() => store.history.at(-1)?.step).toBe('INQUIRE');
  const [waiting] = store.rows.values();
  if (!waiting) throw new Error('the payment is gone');
  partner.confirmations.set(waiting.paymentId, {
    ...{ paymentId: waiting.paymentId, partnerReference: 'r', refusalCode: '' },
    state: ConfirmationState.CONFIRMED,
  });
  worker.nudge(waiting);
  expect((await paid).state).toBe('SUCCEEDED');
});
