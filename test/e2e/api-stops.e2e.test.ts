import { DeclineReason, PaymentState, RefundState } from '@causeway/proto/common';
import { StopSubjectKind } from '@causeway/proto/routing';
import { ISSUER } from '@causeway/sandbox';
import { afterEach, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  openPayer,
  openShop,
  openWorld,
  pay,
  reasonOf,
  refund,
  type Shop,
} from './support/index.ts';

const world = openWorld();
const MADE_HERE = 'end-to-end test';

/** A stop that a failed test left behind would stop everybody else. */
afterEach(async () => {
  const { stops } = await world.ops.stops.listStops({});
  for (const { subjectKind, subjectId, reason } of stops) {
    if (reason === MADE_HERE) await world.ops.stops.deleteStop({ subjectKind, subjectId });
  }
});

/** A country that no seeded merchant sells in, so that stopping its corridor stops nobody else. */
const ELSEWHERE = { countryCode: 'GB', currencyCode: 'GBP' };

test.each<[keyof typeof StopSubjectKind, (shop: Shop) => string]>([
  ['PARTNER', ({ partner }) => partner.id],
  ['MERCHANT', ({ merchantId }) => merchantId],
  ['ISSUER', () => ISSUER.id],
  ['CORRIDOR', () => 'HK-GB'],
  ['ROUTE', ({ routeId }) => routeId],
])(
  'a stop of a %s declines new payments at once and lets cancels and refunds go on',
  async (kind, idOf) => {
    const [shop, payer] = await Promise.all([openShop(world, ELSEWHERE), openPayer(world)]);
    const [toCancel, toRefund] = [
      await pay(world, payer, shop, 5_00n),
      await pay(world, payer, shop, 6_00n),
    ];
    const code = await payer.code();
    const subject = { subjectKind: StopSubjectKind[kind], subjectId: idOf(shop) };

    const { stop } = await world.ops.stops.createStop({ ...subject, reason: MADE_HERE });
    expect(stop).toMatchObject({ ...subject, operatorId: 'ops' });
    expect((await world.ops.stops.listStops({})).stops).toContainEqual(stop);
    const stopped = chargeOf(world, shop, code, 7_00n);
    const declined = await charge(shop, stopped);
    expect([PaymentState[declined.state], DeclineReason[declined.declineReason]]).toEqual([
      'DECLINED',
      'STOPPED',
    ]);
    const { paymentRequestId } = toCancel;
    const cancelled = await shop.partner.payments.cancelPayment({ paymentRequestId });
    expect(cancelled.payment?.state).toBe(PaymentState.CANCELLED);
    const refunded = await refund(world, shop, toRefund, 6_00n);
    expect(refunded.state).toBe(RefundState.SUCCEEDED);
    expect(await payer.balance()).toBe(10_000_00n);

    await world.ops.stops.deleteStop(subject);
    expect(await charge(shop, stopped)).toEqual(declined);
    const next = await charge(shop, chargeOf(world, shop, code, 7_00n));
    expect(next.state).toBe(PaymentState.SUCCEEDED);
  },
);

test('a stop leaves others alone', async () => {
  const [stopped, open, payer] = await Promise.all([
    openShop(world),
    openShop(world),
    openPayer(world),
  ]);
  const subject = { subjectKind: StopSubjectKind.PARTNER, subjectId: stopped.partner.id };
  await world.ops.stops.createStop({ ...subject, reason: MADE_HERE });
  expect((await pay(world, payer, stopped, 100n)).declineReason).toBe(DeclineReason.STOPPED);
  expect((await pay(world, payer, open, 100n)).state).toBe(PaymentState.SUCCEEDED);
});

test('a stop on the other road to a merchant does not stop it', async () => {
  const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
  await world.ops.directory.putRoute({
    route: {
      routeId: `${shop.routeId}-2`,
      partnerId: shop.partner.id,
      countryCode: 'JP',
      currencyCodes: ['JPY'],
      clearing: { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 },
      ...{ schemeIds: [], connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
    },
  });
  const subject = { subjectKind: StopSubjectKind.ROUTE, subjectId: shop.routeId };
  await world.ops.stops.createStop({ ...subject, reason: MADE_HERE });
  expect((await pay(world, payer, shop, 100n)).state).toBe(PaymentState.SUCCEEDED);
});

test('stopping twice is one stop, and what is not stopped cannot be let go', async () => {
  const subject = { subjectKind: StopSubjectKind.ROUTE, subjectId: world.id('route') };
  const { stops } = world.ops;
  await stops.createStop({ ...subject, reason: 'first' });
  await stops.createStop({ ...subject, reason: MADE_HERE });
  const listed = (await stops.listStops({})).stops;
  const ours = listed.filter(({ subjectId }) => subjectId === subject.subjectId);
  expect(ours).toMatchObject([{ ...subject, reason: MADE_HERE }]);
  await stops.deleteStop(subject);
  expect(await reasonOf(stops.deleteStop(subject))).toBe('STOP_UNKNOWN');
});
