import { trustIn } from '@causeway/callers/transit/gates';
import { RideState, type TransitLine, TransitTapKind } from '@causeway/proto/acquiring';
import { StatementEntryKind } from '@causeway/proto/wallet';
import { expect, test } from 'vitest';
import {
  acquirerOf,
  minor,
  openDay,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  type Shop,
  transitIn,
  until,
} from './support/index.ts';

const world = openWorld();
const { phoneOf, claimed, rideOf, findingsOf, lossesOf, faresOf } = transitIn(world);
const { FLAT, ENTRY, EXIT, AMOUNT } = TransitTapKind;

/** An operator of this test's own with one line. */
async function openOperator(
  countryCode: string,
  currencyCode: string,
  fare: NonNullable<TransitLine['fare']>,
): Promise<Shop> {
  const shop = await openShop(world, { countryCode, currencyCode });
  const { merchantId } = shop;
  const line = { merchantId, storeId: '', currencyCode, timeZone: 'Asia/Hong_Kong', fare };
  const named = { lineId: 'line', displayName: 'A line', transfer: undefined };
  await shop.partner.transit.putTransitLine({ line: { ...line, ...named } });
  return shop;
}

const flat = (fareMinor: bigint) => ({ $case: 'flat' as const, value: { fareMinor } });
const way = (fareMinor: bigint, maxFareMinor: bigint) => {
  const fares = [{ fromStopId: 'a', toStopId: 'b', fareMinor }];
  const value = { fares, maxFareMinor, waitSeconds: 1, maxRideSeconds: 3_600 };
  return { $case: 'distance' as const, value };
};

/** Somebody on the way, whose codes any operator uploads. */
async function openRides(payer: Payer) {
  const phone = await phoneOf(payer);
  let counter = 0;
  const code = async () => {
    counter += 1;
    const madeAt = Math.floor(world.runtime.clock.nowMs() / 1_000);
    return Buffer.from(await phone.forged({ counter, madeAt }));
  };
  const ride = async (
    { partner }: Shop,
    kind: TransitTapKind,
    tap: { stopId?: string; fareMinor?: bigint; code?: Buffer } = {},
  ) => {
    const answer = await claimed(partner.id, {
      ...{ kind, lineId: 'line', code: tap.code ?? (await code()) },
      ...tap,
    });
    if (answer === undefined) throw new Error('a tap was not answered');
    return answer;
  };
  return { code, ride };
}

/** What the acquirer's day came to, once it is over. */
async function settledDay(shop: Shop) {
  const participant = acquirerOf(shop);
  const clearingDate = await openDay(world, shop);
  await world.ops.windows.closeWindow({ participant, clearingDate });
  const look = async () =>
    (await world.ops.windows.getWindow({ participant, clearingDate })).window;
  const final = await until(look, (window) => window?.finalTime !== undefined);
  const [sum] = final?.sums ?? [];
  expect(minor(sum?.net)).toBe(minor(sum?.captured) - minor(sum?.refunded) - minor(sum?.fees));
  const { currencyCode = '' } = sum ?? {};
  return [currencyCode, minor(sum?.captured), minor(sum?.refunded)];
}

test('each operator is settled for its own rides, in its own currency, whoever pays for them', async () => {
  const [bus, otherBus, metro, taxi, shenzhen, macau] = await Promise.all([
    openOperator('HK', 'HKD', flat(8_40n)),
    openOperator('HK', 'HKD', flat(8_40n)),
    openOperator('HK', 'HKD', way(11_00n, 21_50n)),
    openOperator('HK', 'HKD', { $case: 'metered', value: { maxFareMinor: 500_00n } }),
    openOperator('CN', 'CNY', way(4_00n, 12_00n)),
    openOperator('MO', 'MOP', flat(6_00n)),
  ]);
  await trustIn(bus.partner, world.issuer.id, world.runtime);
  const payer = await openPayer(world);
  const { ride, code } = await openRides(payer);

  // A bus, and its code once more on another operator's: the copy is its wallet operator's.
  const shown = await code();
  const honest = await ride(bus, FLAT, { code: shown });
  const copied = await ride(otherBus, FLAT, { code: shown });
  // The metro, whose exit comes after the highest fare was charged.
  const late = await ride(metro, ENTRY, { stopId: 'a' });
  const atMost = async () => (await rideOf(metro.partner.id, late.paymentId))?.state;
  expect(await until(atMost, (state) => state === RideState.PAID)).toBe(RideState.PAID);
  await ride(metro, EXIT, { stopId: 'b' });
  const lateFare = async () => minor((await rideOf(metro.partner.id, late.paymentId))?.fare);
  expect(await until(lateFare, (fare) => fare === 11_00n)).toBe(11_00n);
  await ride(taxi, AMOUNT, { fareMinor: 64_30n });
  // Above what the grant allows for one ride, which every gate could see: nobody pays.
  const tooDear = await ride(taxi, AMOUNT, { fareMinor: 450_00n });
  await ride(shenzhen, ENTRY, { stopId: 'a' });
  const abroad = await ride(shenzhen, EXIT, { stopId: 'b' });
  const island = await ride(macau, FLAT);

  expect(tooDear.rideState).toBe(RideState.UNPAID);
  expect(await findingsOf(taxi.partner.id, tooDear.paymentId)).toContain('UNPAID OPERATOR');
  expect(copied.paymentId).toBe('');
  expect(await findingsOf(otherBus.partner.id, honest.paymentId)).toEqual(['REPLAYED_CODE ISSUER']);
  expect(await lossesOf(otherBus.partner.id, honest.paymentId)).toEqual(['840 PAID']);
  expect([abroad, island].map(({ fare }) => [fare?.currencyCode, minor(fare)])).toEqual([
    ['CNY', 4_00n],
    ['MOP', 6_00n],
  ]);

  expect(await settledDay(bus)).toEqual(['HKD', 8_40n, 0n]);
  expect(await settledDay(otherBus)).toEqual(['HKD', 8_40n, 0n]);
  expect(await settledDay(metro)).toEqual(['HKD', 21_50n, 10_50n]);
  expect(await settledDay(taxi)).toEqual(['HKD', 64_30n, 0n]);
  expect(await settledDay(shenzhen)).toEqual(['CNY', 4_00n, 0n]);
  expect(await settledDay(macau)).toEqual(['MOP', 6_00n, 0n]);

  // The user paid each ride once, and abroad what the grant's rule says: the rate of the upload.
  const fares = await faresOf(payer);
  expect(fares).toHaveLength(5);
  const entries = (await payer.statement()).filter(
    ({ kind }) => kind === StatementEntryKind.PAYMENT,
  );
  for (const { paymentId, currencyCode, payeeMinor } of [
    { paymentId: abroad.paymentId, currencyCode: 'CNY', payeeMinor: 4_00n },
    { paymentId: island.paymentId, currencyCode: 'MOP', payeeMinor: 6_00n },
  ]) {
    const entry = entries.find((one) => one.paymentId === paymentId);
    expect(entry?.payeeAmount).toEqual({ currencyCode, amountMinor: payeeMinor });
    const exactMinor = Number(payeeMinor) / Number(entry?.rate);
    expect(Math.abs(-Number(minor(entry?.amount)) - exactMinor)).toBeLessThanOrEqual(1);
  }
});
