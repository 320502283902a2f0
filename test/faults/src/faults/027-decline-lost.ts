import { DeclineReason, PaymentState } from '@causeway/proto/common';
import { pick } from '@causeway/sandbox';
import { chargeOf, insist, openPayer, openShop, same, until } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { withDatabases } from '../judge/databases.ts';

const AMOUNT_MINOR = 50_000n;
const RICH_MINOR = 50_000_00n;
const POOR_MINOR = 100n;
/** Nobody waits long for an answer that does not come. */
const HUNG_UP_MS = 2_000;

const RECORDED = 'SELECT payment_id FROM payments WHERE payment_request_id = $1';
const DECLINED =
  "SELECT payment_id FROM charges WHERE payment_id = ANY ($1) AND state = 'declined'";

/** Where every answer gets lost: before routing has it, or before the acquirer has it. */
const WHERE = {
  routing: 'routing.charge.answered=error',
  acquiring: 'acquiring.payment.routed=error',
} as const;

export const declineLost: Fault = {
  id: 27,
  title: 'a decline is lost, then the wallet is topped up, then the charge is sent again',
  injected:
    'every answer is dropped between wallet and routing, or between routing and the acquirer',
  invariant: 'it is still declined, and nothing is taken',
  traffic: { clients: 0 },
  breaks: ['routing', 'acquiring'],
  async run(stage) {
    const all = Object.entries(WHERE);
    const chosen = stage.quick ? [pick(stage.chance, all)] : all;
    for (const [service, failpoint] of chosen) await once(stage, service, failpoint);
  },
};

async function once(
  { world, afterwards }: Stage,
  service: string,
  failpoint: string,
): Promise<void> {
  const { restart } = world.stack.processes;
  const shop = await openShop(world);
  const payer = await openPayer(world, { balanceMinor: POOR_MINOR });
  const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  await restart(service, { CAUSEWAY_FAILPOINTS: failpoint });
  const { payments } = shop.partner;
  const first = await payments
    .createPayment(request, { timeoutMs: HUNG_UP_MS })
    .then(({ payment }) => payment?.state)
    .catch(() => undefined);
  same(first === PaymentState.DECLINED, false, 'that the decline was heard');
  // The wallet operator has declined it before anything comes into the wallet.
  await withDatabases(world, async (read) => {
    const declined = async () => {
      const rows = await read<{ payment_id: string }>('routing', RECORDED, [
        request.paymentRequestId,
      ]);
      return read('wallets', DECLINED, [rows.map(({ payment_id: id }) => id)]);
    };
    const found = await until(declined, (rows) => rows.length > 0);
    same(found.length, 1, 'charges that the wallet operator declined');
  });
  await payer.topUp(RICH_MINOR);
  await restart(service);
  afterwards(async () => {
    const again = await until(
      async () => (await insist(() => payments.createPayment(request))).payment,
      (seen) => seen?.state !== PaymentState.PENDING,
      { patienceMs: 60_000 },
    );
    const declined = [PaymentState.DECLINED, DeclineReason.INSUFFICIENT_FUNDS];
    same([again?.state, again?.declineReason], declined, 'the end');
    same(await payer.balance(), RICH_MINOR + POOR_MINOR, 'the balance after the decline');
  });
}
