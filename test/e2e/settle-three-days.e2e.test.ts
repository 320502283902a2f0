import { ParticipantKind, type Payment, RefundState } from '@causeway/proto/common';
import {
  DisputeReason,
  type SettlementAgreement,
  SettlementMethod,
  type Window,
  WindowState,
} from '@causeway/proto/settlement';
import { ISSUER } from '@causeway/sandbox';
import { beforeAll, expect, test } from 'vitest';
import {
  acquirerOf,
  minor,
  openDay,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  reasonOf,
  refund,
  type Shop,
  until,
} from './support/index.ts';

/**
 * Three business days of two acquirers in two time zones and of a wallet operator, each day closed
 * early by an operator, so that the next one begins. Nobody else pays at these acquirers.
 */
const world = openWorld({ timeoutMs: 20_000 });
const DAY_MS = 86_400_000;

let tokyo: Shop;
let bangkok: Shop;
let payer: Payer;
/** What was paid in Tokyo, to be refunded and disputed on later days. */
const paid: Record<string, Payment> = {};
const day = { first: '', second: '', third: '' };

beforeAll(async () => {
  [tokyo, bangkok, payer] = await Promise.all([
    openShop(world),
    openShop(world, { countryCode: 'TH', currencyCode: 'THB' }),
    openPayer(world, { balanceMinor: 20_000_00n }),
  ]);
});

const operator = { participantKind: ParticipantKind.ISSUER, participantId: ISSUER.id };

/** Closes a participant's day and waits until it is final. */
async function closed(participant: Window['participant'], clearingDate: string): Promise<Window> {
  const close = () => world.ops.windows.closeWindow({ participant, clearingDate });
  // A day is opened a moment after the one before it was sealed.
  await until(
    () => reasonOf(close()),
    (reason) => reason === 'accepted',
  );
  const read = () => world.ops.windows.getWindow({ participant, clearingDate });
  const isFinal = (answer: { window?: Window | undefined }) =>
    answer.window?.finalTime !== undefined;
  const { window } = await until(read, isFinal, { patienceMs: 40_000 });
  if (!window) throw new Error('an answer without a window');
  return window;
}

/** What a window comes to in one currency, as minor units. */
function sumOf(window: Window, currencyCode: string) {
  const sum = window.sums.find((one) => one.currencyCode === currencyCode);
  if (!sum) throw new Error(`no sum of ${currencyCode}`);
  const amounts = {
    captured: minor(sum.captured),
    refunded: minor(sum.refunded),
    fees: minor(sum.fees),
    adjustments: minor(sum.adjustments),
    net: minor(sum.net),
  };
  // Whatever else a test expects, the parts sum to the net.
  const { captured, refunded, fees, adjustments, net } = amounts;
  const rest = minor(sum.disputes) + minor(sum.carried) - minor(sum.reserveHeld);
  expect(net).toBe(captured - refunded - fees + adjustments + rest + minor(sum.reserveReleased));
  return { ...amounts, items: sum.itemCount, tier: sum.feeTier, valueDate: sum.valueDate };
}

function after(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Money moves on the next business day of both places, which the test makes a holiday. */
function agreementOf(shop: Shop, from: string, changes: Partial<SettlementAgreement>) {
  const holiday = [1, 2].map((days) => after(from, days));
  return {
    ...{ participant: acquirerOf(shop), version: 0, effectiveFrom: from },
    ...{ settlementCurrencyCode: '', cutOffSeconds: 0, timeZone: 'Asia/Tokyo' },
    method: SettlementMethod.NET,
    valueDate: {
      businessDays: 1,
      calendars: [
        { countryCode: 'HK', extraHolidays: holiday, removedHolidays: [] },
        { countryCode: shop.countryCode, extraHolidays: [], removedHolidays: [] },
      ],
    },
    ...{ fees: [], minimumPayouts: [], reserve: undefined, payoutAccounts: [] },
    ...{ operatorId: '', createTime: undefined, ...changes },
  };
}

test('day 1: payments, a refund, a cancel; fees of the first tier, and a holiday to wait for', async () => {
  day.first = await openDay(world, tokyo);
  const bangkokDay = await openDay(world, bangkok);
  const { settlementAgreements } = world.ops;
  const fees = [
    {
      ...{ currencyCode: 'JPY', minMinor: 0n, maxMinor: 0n, refundable: true },
      tiers: [
        { fromVolumeMinor: 0n, bps: '200', fixedMinor: 0n },
        { fromVolumeMinor: 5_000n, bps: '100', fixedMinor: 0n },
      ],
    },
  ];
  const commandId = () => world.runtime.random.uuid();
  await settlementAgreements.putAgreement({
    commandId: commandId(),
    agreement: agreementOf(tokyo, day.first, { fees }),
  });
  await settlementAgreements.putAgreement({
    commandId: commandId(),
    agreement: agreementOf(bangkok, bangkokDay, { timeZone: 'Asia/Bangkok' }),
  });
  for (const [name, amount] of Object.entries({
    ramen: 1_280n,
    tea: 680n,
    lamp: 3_400n,
    gone: 900n,
  })) {
    paid[name] = await pay(world, payer, tokyo, amount);
  }
  await pay(world, payer, bangkok, 250_00n);
  const { gone, ramen, lamp } = paid;
  if (!gone || !ramen || !lamp) throw new Error('not paid');
  await tokyo.partner.payments.cancelPayment({ paymentRequestId: gone.paymentRequestId });
  await refund(world, tokyo, ramen, 280n);
  const window = await closed(acquirerOf(tokyo), day.first);
  expect(window).toMatchObject({
    closedEarly: true,
    state: WindowState.PENDING,
    agreementVersion: 1,
  });
  const sum = sumOf(window, 'JPY');
  // 2 % of 1,280, 680 and 3,400, each rounded down, less the share of the refunded 280 of 1,280.
  expect(sum).toMatchObject({
    items: 4n,
    captured: 5_360n,
    refunded: 280n,
    fees: 25n + 13n + 68n - 5n,
  });
  expect(sum.tier).toBe(1);
  // Both days after it are holidays here; which weekday it is the calendar knows.
  expect(sum.valueDate >= after(day.first, 3)).toBe(true);
  const late = tokyo.partner.payments.cancelPayment({ paymentRequestId: lamp.paymentRequestId });
  await expect(late).rejects.toMatchObject({ reason: 'CANCEL_TOO_LATE' });
});

test('day 2: what is refunded across the cut-off is of the day it happens; the tier has changed', async () => {
  day.second = after(day.first, 1);
  const { ramen, tea } = paid;
  if (!ramen || !tea) throw new Error('not paid');
  await refund(world, tokyo, ramen, 1_000n);
  const cake = await pay(world, payer, tokyo, 2_000n);
  expect(cake.acquirerClearingDate).toBe(day.second);
  const adjusted = {
    requestId: world.id('adjust'),
    participant: acquirerOf(tokyo),
    amount: { currencyCode: 'JPY', amountMinor: -100n },
    ...{ reason: 'terminal rent', reference: 'T-17' },
  };
  await world.ops.adjustments.postAdjustment(adjusted);
  await world.ops.adjustments.postAdjustment(adjusted);
  await disputed(tea);
  const window = await closed(acquirerOf(tokyo), day.second);
  // The dispute's outcome is a refund of the tea; day 1 charged 25 for the ramen and gave back 5.
  expect(sumOf(window, 'JPY')).toMatchObject({
    ...{ items: 3n, captured: 2_000n, refunded: 1_680n, fees: 20n - 20n - 13n, tier: 2 },
    adjustments: -100n,
  });
});

/** The wallet operator disputes a payment, the acquirer says nothing against it. */
async function disputed({ paymentId }: Payment): Promise<void> {
  const { dispute } = await world.issuer.disputes.openDispute({
    requestId: world.id('dispute'),
    ...{
      paymentId,
      claimedAmount: { currencyCode: 'JPY', amountMinor: 680n },
      reason: DisputeReason.NOT_RECEIVED,
    },
    statement: { text: 'the tea never came', evidenceReference: '' },
  });
  if (!dispute) throw new Error('an answer without a dispute');
  const { disputeId } = dispute;
  await tokyo.partner.disputes.acceptDispute({ requestId: world.id('accept'), disputeId });
  const page = { paymentId, pageSize: 0, pageToken: '' };
  // What is accepted counts at once; its day is the one on which it succeeds.
  await until(
    () => tokyo.partner.payments.listRefunds(page),
    ({ refunds }) => refunds.some(({ state }) => state === RefundState.SUCCEEDED),
  );
}

test('day 3: an empty day is a window too, and settling moves what was due', async () => {
  day.third = after(day.second, 1);
  const window = await closed(acquirerOf(tokyo), day.third);
  expect(sumOf(window, 'JPY')).toMatchObject({ items: 0n, net: 0n });
  expect(window.state).toBe(WindowState.SETTLED);
  const { windows } = world.ops;
  const pending = { participant: acquirerOf(tokyo), clearingDate: day.first };
  const { window: settled } = await windows.settleWindow({ ...pending, bankReference: 'B-1' });
  expect(settled).toMatchObject({ state: WindowState.SETTLED, endReference: 'B-1' });
  const second = { participant: acquirerOf(tokyo), clearingDate: day.second };
  await windows.abortWindow({ ...second, reason: 'the account is closed' });
  const fourth = await closed(acquirerOf(tokyo), after(day.third, 1));
  const carried = fourth.sums.find(({ currencyCode }) => currencyCode === 'JPY')?.carried;
  expect(minor(carried)).toBe(2_000n - 1_680n + 13n - 100n);
});

test("the wallet operator's day and the other acquirer's hold the same payments", async () => {
  const bangkokDay = await openDay(world, bangkok);
  const window = await closed(acquirerOf(bangkok), bangkokDay);
  expect(sumOf(window, 'THB')).toMatchObject({ items: 1n, captured: 250_00n, net: 250_00n });
  const issuerDay = paid.ramen?.issuerClearingDate ?? '';
  const held = await closed(operator, issuerDay);
  const totals = sumOf(held, 'HKD');
  const ours = minor(paid.ramen?.payerAmount) + minor(paid.tea?.payerAmount);
  expect(totals.captured >= ours).toBe(true);
  // Everybody sees its own windows and nobody else's.
  const asked = { participant: acquirerOf(tokyo), clearingDate: day.first };
  await expect(bangkok.partner.windows.getWindow(asked)).rejects.toMatchObject({
    reason: 'WINDOW_UNKNOWN',
  });
  expect((await tokyo.partner.windows.getWindow(asked)).window?.clearingDate).toBe(day.first);
});

test('a day that ends while NATS is down is settled whole once its facts have come', async () => {
  const { processes } = world.stack;
  const participant = acquirerOf(bangkok);
  const clearingDate = await openDay(world, bangkok);
  await processes.kill('nats');
  try {
    for (const amount of [100_00n, 200_00n]) await pay(world, payer, bangkok, amount);
    await world.ops.windows.closeWindow({ participant, clearingDate });
    const { totals } = await until(
      () => world.ops.clearingDays.getControlTotals({ participant, clearingDate }),
      (found) => found.totals.length > 0,
    );
    expect(totals).toMatchObject([{ itemCount: 2n, payeeCaptured: { amountMinor: 300_00n } }]);
    const { window } = await world.ops.windows.getWindow({ participant, clearingDate });
    expect(window).toMatchObject({ state: WindowState.CLOSED, sums: [] });
  } finally {
    await processes.restart('nats');
  }
  const window = await closed(participant, clearingDate);
  expect(sumOf(window, 'THB')).toMatchObject({ items: 2n, captured: 300_00n });
});
