import { encodeMpm } from '@causeway/emvqr';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { StatementEntryKind } from '@causeway/proto/wallet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  choosePlainly,
  confirm,
  confirmed,
  finalPayment,
  forgetScores,
  minor,
  openOrder,
  openPayer,
  openWorld,
  type Payer,
  type Shop,
  scan,
  scanAndPay,
  seededShop,
  until,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 30_000 });
const { processes } = world.stack;
const AMOUNT_MINOR = 45_20n;
const OPENING_MINOR = 10_000_00n;

/** A stall's code under both schemes, which carries what its partners shall do. */
const stallCode = (reference: string) => {
  const encoded = encodeMpm({
    payloadFormatIndicator: '01',
    mai_26: { '00': 'SG.PAYNOW', '01': '2', '02': '201812345A' },
    mai_27: { '00': 'SG.COM.NETS', '01': '23120400000000000001' },
    mcc: '5812',
    currencyNumeric: '702',
    country: 'SG',
    merchantName: 'STALL 17 LAKSA',
    merchantCity: 'SINGAPORE',
    additionalData: { '05': reference },
  });
  if (!encoded.ok) throw new Error('a code that cannot be made');
  return encoded.payload;
};
/** Large enough for `straits` to be the cheaper one, and to be asked first. */
const BILL = { currencyCode: 'SGD', amountMinor: 148_00n };

let shop: Shop;
let restorePolicy: (() => Promise<void>) | undefined;
beforeAll(async () => {
  shop = await seededShop(world, 'merlion');
  restorePolicy = await choosePlainly(world);
  // A minute of doubt, as it is by default, would make each of these take one.
  await processes.restart('routing', {
    CONNECTOR_TIMEOUT_MS: '800',
    INQUIRY_SECONDS: '1',
    DOUBT_SECONDS: '3',
  });
  // A first call to a partner opens its connection, which may take a busy machine as long.
  const first = await openPayer(world);
  await until(
    () => scanAndPay(first, stallCode('TRY-BUSY@straits'), BILL),
    ({ state }) => state === PaymentState.SUCCEEDED,
  );
}, 60_000);
// Before the world's own end, which it would come after as the answer of the hook above. By the
// former policy, what these routes did would open their circuits.
afterAll(async () => {
  await restorePolicy?.();
  await forgetScores(world);
}, 60_000);

const outcomeOf = ({ state, declineReason }: Payment) =>
  state === PaymentState.DECLINED ? DeclineReason[declineReason] : PaymentState[state];

/** How often the payer's wallet was debited, less how often that was undone. */
async function debits(payer: Payer): Promise<number> {
  const kinds = (await payer.statement()).map(({ kind }) => kind);
  const count = (wanted: StatementEntryKind) => kinds.filter((kind) => kind === wanted).length;
  return count(StatementEntryKind.PAYMENT) - count(StatementEntryKind.CANCEL);
}

/** That payer, acquirer and wallet agree on one outcome, and that no more than it was taken. */
async function expectOneOutcome(payer: Payer, seen: Payment, expected: string): Promise<void> {
  expect(outcomeOf(seen)).toBe(expected);
  const read = await finalPayment(
    { ...shop, partner: world.callers.as(seen.partnerId) },
    seen.paymentId,
  );
  expect(outcomeOf(read)).toBe(expected);
  const taken = expected === 'SUCCEEDED' ? minor(seen.payerAmount) : 0n;
  expect(await payer.balance()).toBe(OPENING_MINOR - taken);
  expect(await payer.held()).toBe(0n);
  expect(await debits(payer)).toBe(expected === 'SUCCEEDED' ? 1 : 0);
}

// What a partner does of all that the sandbox's README lists, and what the payment becomes, is among
// the faults (`npm run faults -- --only 16,17,18`).
test.concurrent('a partner is asked by amount as well', async () => {
  const payer = await openPayer(world);
  const order = await openOrder(world, shop, 77_01n);
  const paid = await confirmed(payer, await scan(payer, order.link));
  await expectOneOutcome(payer, paid, 'REFUSED_BY_PARTNER');
});

test.concurrent('another route is taken, and explained, where the first partner refuses and says that it may do', async () => {
  const payer = await openPayer(world);
  const paid = await scanAndPay(payer, stallCode('TRY-BUSY@straits'), BILL);
  expect(paid.partnerId).toBe('merlion');
  await expectOneOutcome(payer, paid, 'SUCCEEDED');
  const { explanation } = await world.ops.policies.explainRoute({ paymentId: paid.paymentId });
  expect(explanation).toMatchObject({
    chosenRouteId: 'straits-sg',
    laterRouteIds: ['merlion-sg'],
    reproduced: true,
  });
});

describe.concurrent('while there is doubt', () => {
  test('the payment is PENDING for everybody, its money held, and its cancel ends in one answer', async () => {
    const payer = await openPayer(world);
    const order = await openOrder(world, shop, AMOUNT_MINOR, { name: 'TRY-STUCK' });
    const confirming = confirm(payer, await scan(payer, order.link));
    const held = await until(
      () => payer.held(),
      (heldMinor) => heldMinor > 0n,
    );
    expect(held).toBeGreaterThan(0n);
    const { paymentId, paymentRequestId } = order.payment;
    const pending = await shop.partner.payments.getPayment({
      key: { $case: 'paymentId', value: paymentId },
    });
    expect(pending.payment?.state).toBe(PaymentState.PENDING);
    const owed = await until(
      async () => {
        const answer = await world.ops.routing.listOwedPayments({ limit: 0 });
        return answer.owed.find(({ payment }) => payment?.paymentId === paymentId);
      },
      (found) => found?.step === 'INQUIRE',
    );
    expect(owed).toMatchObject({ step: 'INQUIRE', waitsFor: 'partner merlion' });
    const cancel = () => shop.partner.payments.cancelPayment({ paymentRequestId });
    await until(
      () =>
        cancel().then(
          ({ payment }) => payment?.state,
          () => undefined,
        ),
      (state) => state === PaymentState.CANCELLED,
    );
    await confirming;
    await expectOneOutcome(payer, await finalPayment(shop, paymentId), 'CANCELLED');
  });
});
