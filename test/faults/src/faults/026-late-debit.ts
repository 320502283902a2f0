import { setTimeout as sleep } from 'node:timers/promises';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { StatementEntryKind } from '@causeway/proto/wallet';
import {
  charge,
  chargeOf,
  finalPayment,
  holds,
  insist,
  openPayer,
  openShop,
  type Payer,
  readByRequest,
  reasonOf,
  type Shop,
  same,
  until,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';

const AMOUNT_MINOR = 2_000n;
const LATE_MS = 1_800;
/** Which of these is said depends on whether routing's answer comes within the caller's time. */
const UNFINISHED = ['CANCEL_IN_PROGRESS', 'DEPENDENCY_UNAVAILABLE', 'DEADLINE_EXCEEDED'];

export const lateDebit: Fault = {
  id: 26,
  title: 'a cancel or an expiry while the debit is on its way',
  injected:
    'the debit is held up before it is sent, or its answer is; the wallet operator is frozen with it in its queue',
  invariant: 'the late debit is refused for ever, and what was taken before is given back',
  traffic: { clients: 0 },
  breaks: ['routing', 'wallet'],
  async run(stage) {
    const { processes } = stage.world.stack;
    const shop = await openShop(stage.world);
    const late = `routing.charge.sending=delay:${LATE_MS};routing.charge.answered=delay:${LATE_MS}`;
    await processes.restart('routing', { CAUSEWAY_FAILPOINTS: late });
    await Promise.all([cancelledFirst(stage, shop), cancelledAfter(stage, shop)]);
    if (stage.quick) return;
    await processes.restart('routing');
    await cancelledFrozen(stage, shop);
    await processes.restart('routing', { PAYMENT_TTL_SECONDS: '2' });
    await expiredFrozen(stage, shop);
  },
};

/** The cancel is answered while the debit has not been sent: it must come to nothing. */
async function cancelledFirst({ world }: Stage, shop: Shop): Promise<void> {
  const payer = await openPayer(world);
  const before = await payer.balance();
  const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  const charging = charge(shop, request);
  await until(
    () => readByRequest(shop, request.paymentRequestId).catch(() => undefined),
    (recorded) => recorded !== undefined,
  );
  same(await cancelled(shop, request.paymentRequestId), PaymentState.CANCELLED, 'a cancel');
  same((await charging).state, PaymentState.CANCELLED, 'a charge that was cancelled');
  await sleep(LATE_MS);
  same((await charge(shop, request)).state, PaymentState.CANCELLED, 'the charge again');
  same(await payer.balance(), before, 'the balance after a late debit');
  same(await movements(payer), [], 'the movements after a late debit');
}

/** The debit was made, and its answer is on its way: the cancel gives it back. */
async function cancelledAfter({ world }: Stage, shop: Shop): Promise<void> {
  const payer = await openPayer(world);
  const before = await payer.balance();
  const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  const charging = charge(shop, request);
  await until(payer.balance, (balance) => balance < before);
  same(await cancelled(shop, request.paymentRequestId), PaymentState.CANCELLED, 'a cancel');
  same((await charging).state, PaymentState.CANCELLED, 'a charge that was cancelled');
  same(await payer.balance(), before, 'the balance after a debit that was given back');
  const { PAYMENT, CANCEL } = StatementEntryKind;
  same(await movements(payer), [PAYMENT, CANCEL], 'what happened in the wallet');
}

/** The cancel comes while the debit waits in the queue of a process that is frozen. */
async function cancelledFrozen({ world }: Stage, shop: Shop): Promise<void> {
  const { processes } = world.stack;
  const payer = await openPayer(world);
  const before = await payer.balance();
  const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  await processes.pause('wallet');
  const charging = insist(() => charge(shop, request));
  await until(
    () => readByRequest(shop, request.paymentRequestId).catch(() => undefined),
    (recorded) => recorded !== undefined,
  );
  const { paymentRequestId } = request;
  const cancel = () => shop.partner.payments.cancelPayment({ paymentRequestId });
  // Until the fence has answered nobody may be told that it is cancelled.
  const said = await reasonOf(cancel());
  holds(UNFINISHED.includes(said), `a cancel at a frozen wallet operator is ${said}`);
  await processes.resume('wallet');
  await charging;
  const { paymentId } = await insist(() => readByRequest(shop, paymentRequestId));
  same((await finalPayment(shop, paymentId)).state, PaymentState.CANCELLED, 'the end');
  same((await insist(() => charge(shop, request))).state, PaymentState.CANCELLED, 'the charge');
  same(await payer.balance(), before, 'the balance after a cancel that waited');
}

/** The debit waits in the queue of a process that is frozen until the payment's time is over. */
async function expiredFrozen({ world }: Stage, shop: Shop): Promise<void> {
  const { processes } = world.stack;
  const payer = await openPayer(world);
  const before = await payer.balance();
  const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  await processes.pause('wallet');
  const pending = await insist(() => charge(shop, request));
  same(pending.state, PaymentState.PENDING, 'a charge at a frozen wallet operator');
  await sleep(2_000);
  await processes.resume('wallet');
  const expired = [PaymentState.DECLINED, DeclineReason.EXPIRED];
  const endOf = ({ state, declineReason }: Payment) => [state, declineReason];
  same(endOf(await finalPayment(shop, pending.paymentId)), expired, 'what had no time');
  same(endOf(await insist(() => charge(shop, request))), expired, 'the same again');
  same(await payer.balance(), before, 'the balance after an expiry');
  same(await movements(payer), [], 'the movements after an expiry');
}

async function cancelled(shop: Shop, paymentRequestId: string): Promise<PaymentState | undefined> {
  const { payment } = await insist(() => shop.partner.payments.cancelPayment({ paymentRequestId }));
  return payment?.state;
}

/** The kinds of a payer's movements for payments, oldest first. */
async function movements(payer: Payer): Promise<StatementEntryKind[]> {
  const kinds = (await payer.statement()).map(({ kind }) => kind);
  return kinds.filter((kind) => kind !== StatementEntryKind.TOP_UP).reverse();
}
