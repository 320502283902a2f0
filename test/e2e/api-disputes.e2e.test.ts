import { ParticipantKind } from '@causeway/proto/common';
import { DisputeOutcome, DisputeReason, DisputeState } from '@causeway/proto/settlement';
import { expect, test } from 'vitest';
import {
  minor,
  openPayer,
  openShop,
  openWorld,
  pay,
  positionBecomes,
  reasonOf,
  refund,
  until,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 25_000 });
const OPENING = 5_000_00n;
const words = (text: string) => ({ text, evidenceReference: 'case 17' });

test.concurrent('a payer disputes, the acquirer gives in, and the payer has the money back', async () => {
  const [shop, payer, stranger] = await Promise.all([
    openShop(world),
    openPayer(world, { balanceMinor: OPENING }),
    openShop(world),
  ]);
  const payment = await pay(world, payer, shop, 1_283n);
  const { paymentId } = payment;
  await refund(world, shop, payment, 283n);
  const claim = {
    ...{ requestId: world.id('dispute'), paymentId, statement: words('it never came') },
    reason: DisputeReason.NOT_RECEIVED,
  };
  const claimed = (amountMinor: bigint) => ({ ...claim, claimedAmount: jpy(amountMinor) });
  const { disputes: ofIssuer } = world.issuer;
  // Facts are booked a moment after they happened, in any order, and a claim is judged by the books.
  await positionBecomes(shop.partner, 'JPY', { net: 1_000n });
  const tooMuch = await reasonOf(ofIssuer.openDispute(claimed(1_001n)));
  expect(tooMuch).toBe('DISPUTE_EXCEEDS_PAYMENT');
  const { dispute } = await ofIssuer.openDispute(claimed(1_000n));
  const disputeId = dispute?.disputeId ?? '';
  expect(dispute).toMatchObject({ state: DisputeState.REQUESTED, partnerId: shop.partner.id });
  expect(await reasonOf(stranger.partner.disputes.getDispute({ disputeId }))).toBe(
    'DISPUTE_UNKNOWN',
  );

  const answer = { requestId: 'a', disputeId, statement: words('it was sent') };
  await shop.partner.disputes.answerDispute(answer);
  await ofIssuer.escalateDispute({ requestId: 'e', disputeId, statement: words('it was not') });
  await shop.partner.disputes.acceptDispute({ requestId: 'g', disputeId });
  const ask = async () => (await ofIssuer.getDispute({ disputeId })).dispute;
  const done = await until(ask, (now) => now?.state === DisputeState.CLOSED);
  expect(done).toMatchObject({
    ...{ outcome: DisputeOutcome.ACCEPTED, refundedPayeeAmount: jpy(1_000n) },
  });
  expect(done?.steps.map(({ action }) => action)).toEqual([
    ...['open', 'answer', 'escalate', 'accept', 'refund'],
  ]);
  expect(await until(payer.balance, (balance) => balance === OPENING)).toBe(OPENING);
  const page = { paymentId, pageSize: 0, pageToken: '' };
  const { refunds } = await shop.partner.payments.listRefunds(page);
  expect(refunds.map(({ refundRequestId }) => refundRequestId)).toContain(`dispute:${disputeId}`);
  expect(await reasonOf(refund(world, shop, payment, 1n))).toBe('REFUND_EXCEEDS_PAYMENT');
});

test.concurrent('an adjustment is charged to the window, and only its participant sees it', async () => {
  const shop = await openShop(world);
  const participantId = shop.partner.id;
  const asked = {
    ...{ requestId: world.id('adjustment'), reason: 'a fee was paid twice', reference: '' },
    participant: { participantKind: ParticipantKind.ACQUIRER, participantId },
    amount: jpy(500n),
  };
  // A participant has its first window once settlement has seen it in the directory.
  const post = () => reasonOf(world.ops.adjustments.postAdjustment(asked));
  expect(await until(post, (reason) => reason === 'accepted', { patienceMs: 30_000 })).toBe(
    'accepted',
  );
  const page = { participant: undefined, pageSize: 0, pageToken: '' };
  const { adjustments } = await shop.partner.adjustments.listAdjustments(page);
  expect(adjustments).toMatchObject([{ reason: 'a fee was paid twice', amount: jpy(500n) }]);
  const { adjustmentId = '' } = adjustments[0] ?? {};
  const wrong = { requestId: world.id('reversal'), adjustmentId, reason: 'it was paid once' };
  const { adjustment } = await world.ops.adjustments.reverseAdjustment(wrong);
  expect(minor(adjustment?.amount)).toBe(-500n);
  expect(await reasonOf(shop.partner.adjustments.postAdjustment(asked))).toBe('CALLER_NOT_ALLOWED');
});

test.concurrent('the float backs what it must at any moment, and a proof says what is missing', async () => {
  const payer = await openPayer(world, { balanceMinor: OPENING });
  const { statement } = await world.issuer.float.getFloatStatement({});
  expect(statement?.userMinor).toBeGreaterThanOrEqual(await payer.balance());
  const { floatMinor = 0n } = statement ?? {};
  const { proof } = await world.issuer.float.proveFloat({
    ...{ requestId: world.id('proof'), floatDate: '', trustReference: 'camt.053 7' },
    trustBalance: { currencyCode: 'HKD', amountMinor: floatMinor },
    inTransit: [],
  });
  // Other tests move money between the two: the proof is of its own moment.
  const booked = proof?.statement?.floatMinor ?? 0n;
  expect(proof?.differenceMinor).toBe(floatMinor - booked);
});

function jpy(amountMinor: bigint) {
  return { currencyCode: 'JPY', amountMinor };
}
