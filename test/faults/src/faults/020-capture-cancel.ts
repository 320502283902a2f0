import { type Payment, PaymentState } from '@causeway/proto/common';
import { StatementEntryKind } from '@causeway/proto/wallet';
import { wholeBetween } from '@causeway/sandbox';
import {
  confirm,
  finalPayment,
  holds,
  insist,
  minor,
  openOrder,
  openPayer,
  type Payer,
  reasonOf,
  type Shop,
  same,
  scan,
  seededShop,
  type World,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';

const OPENING_MINOR = 10_000_00n;
const AMOUNT_MINOR = 1_500n;
/** A capture waits so long, so that its cancel may come before, during or after it. */
const CAPTURE_WAITS_MS = 40;
const ORDERS = 12;
/** So many times what a confirmation takes alone: a dozen at once take longer. */
const LATEST = 5;

export const captureAgainstCancel: Fault = {
  id: 20,
  title: 'a capture races a cancel',
  injected:
    'orders are confirmed and cancelled at moments drawn from the seed, with captures held up a little',
  invariant:
    'exactly one wins, a cancel undoing what was captured before it, and payer, acquirer, wallet and partner see the same one',
  traffic: { clients: 1 },
  breaks: ['routing'],
  under: { CAUSEWAY_FAILPOINTS: `routing.capture.sending=delay:${CAPTURE_WAITS_MS}` },
  async run(stage) {
    const { world, quick } = stage;
    const shop = await insist(() => seededShop(world, 'sakura'));
    let captured = 0;
    const rounds = quick ? 1 : 8;
    for (let round = 0; round < rounds; round += 1) captured += await once(stage, shop);
    const orders = rounds * ORDERS;
    stage.note({ orders, captured_first: captured });
    const isRace = quick || (captured > 0 && captured < orders);
    holds(isRace, `${captured} of ${orders} were captured: it was no race`);
  },
};

/** A dozen orders at once; answers how many were captured before they were cancelled. */
async function once({ world, chance }: Stage, shop: Shop): Promise<number> {
  const payer = await openPayer(world, { balanceMinor: OPENING_MINOR });
  const usualMs = await unraced(world, payer, shop);
  const before = await payer.balance();
  const ended = await Promise.all(
    Array.from({ length: ORDERS }, async () => {
      const cancelAfterMs = wholeBetween(chance, 0, LATEST * usualMs);
      const order = await openOrder(world, shop, AMOUNT_MINOR);
      const screen = await scan(payer, order.link);
      const confirming = reasonOf(insist(() => confirm(payer, screen)));
      await new Promise((resolve) => setTimeout(resolve, cancelAfterMs));
      const { paymentRequestId, paymentId } = order.payment;
      const cancel = () => shop.partner.payments.cancelPayment({ paymentRequestId });
      const said = await reasonOf(insist(cancel));
      await confirming;
      return { said, payment: await finalPayment(shop, paymentId) };
    }),
  );
  for (const { said, payment } of ended) await isSeenAlike(payer, said, payment);
  const succeeded = ended.filter(({ payment }) => payment.state === PaymentState.SUCCEEDED);
  const spent = succeeded.reduce((sum, { payment }) => sum + minor(payment.payerAmount), 0n);
  same([await payer.balance(), await payer.held()], [before - spent, 0n], 'money and holds');
  const kinds = (await payer.statement()).map(({ kind }) => kind);
  const count = (wanted: StatementEntryKind) => kinds.filter((kind) => kind === wanted).length;
  const { PAYMENT, CANCEL } = StatementEntryKind;
  // The first of all was raced by nobody.
  const debits = count(PAYMENT) - 1;
  same(count(CANCEL), debits - succeeded.length, 'how many debits were undone');
  return debits;
}

/** How long it takes to confirm an order that nobody cancels, in whole milliseconds. */
async function unraced(world: World, payer: Payer, shop: Shop): Promise<number> {
  const order = await openOrder(world, shop, AMOUNT_MINOR);
  const screen = await scan(payer, order.link);
  const startedMs = performance.now();
  await insist(() => confirm(payer, screen));
  await finalPayment(shop, order.payment.paymentId);
  return Math.ceil(performance.now() - startedMs);
}

/** The acquirer was told what its payer sees. */
async function isSeenAlike(payer: Payer, said: string, payment: Payment): Promise<void> {
  const { paymentId, state } = payment;
  const isCancelled = state === PaymentState.CANCELLED;
  holds(isCancelled || said !== 'accepted', `${paymentId} was cancelled, and is ${state}`);
  const { walletId } = payer;
  const seen = await insist(() => payer.app.wallets.getPayment({ walletId, paymentId })).catch(
    () => undefined,
  );
  if (seen?.payment !== undefined)
    same(seen.payment.state, state, `what the payer of ${paymentId} sees`);
}
