import { randomUUID } from 'node:crypto';
import { DeclineReason, ParticipantKind, type Payment, PaymentState } from '@causeway/proto/common';
import type { Cover } from '@causeway/proto/settlement';
import { AgreementPeriod } from '@causeway/proto/wallet';
import { SECOND_ISSUER } from '@causeway/sandbox';
import {
  charge,
  chargeOf,
  finalPayment,
  insist,
  minor,
  openPayer,
  refund,
  type Shop,
  same,
  until,
  type World,
} from '../../../support/index.ts';
import type { Race } from '../fault.ts';
import { atOnce, onceFor, tally } from './at-once.ts';
import { homeShopOf } from './places.ts';

const CURRENCY = 'HKD';
const FARE_MINOR = 9_00n;
/** So many fit, and half a one more. */
const FIT = 10n;
const ROOM_MINOR = FIT * FARE_MINOR + FARE_MINOR / 2n;

export const agreementCaps: Race = {
  name: 'agreement caps',
  invariant: 'charges of one agreement at once: as many succeed as its cap has room for',
  async round({ world }, callers) {
    const shop = await homeShopOf(world);
    const payer = await openPayer(world);
    const { walletId, app } = payer;
    const offer = { requestId: world.id('agreement'), merchantId: shop.merchantId };
    const { link, agreement } = await insist(() =>
      shop.partner.agreements.createAgreement({ ...offer, description: 'Rides', ttlSeconds: 0 }),
    );
    const agreementId = agreement?.agreementId ?? '';
    const cap = { currencyCode: CURRENCY, amountMinor: ROOM_MINOR };
    const caps = { chargeCap: cap, periodCap: cap, period: AgreementPeriod.DAY };
    await insist(() => app.wallets.signAgreement({ walletId, payload: link, ...caps }));
    const paid = await atOnce(callers, () =>
      payOnce(shop, { ...chargeOf(world, shop, '', FARE_MINOR), agreementId }),
    );
    fits(paid, callers, 'LIMIT_AGREEMENT_PERIOD');
  },
};

const participant = {
  participantKind: ParticipantKind.ISSUER,
  participantId: SECOND_ISSUER.id,
};

/** Caps what the second wallet operator may come to owe, with room for as many payments as shall fit. */
const capped = onceFor(async (world) => {
  const known = await coverOnce(world, ({ reserved }) => minor(reserved) === 0n, 10_000_000_00n);
  await coverOnce(world, ({ available }) => minor(available) >= 0n, minor(known.used) + ROOM_MINOR);
});

export const netDebitCap: Race = {
  name: 'net debit cap',
  invariant: 'payments of one operator at once: as many succeed as its cover has room for',
  lone: true,
  async round({ world }, callers) {
    const shop = await homeShopOf(world);
    const payer = await openPayer(world, { issuerId: SECOND_ISSUER.id });
    await capped(world);
    const codes = await atOnce(callers, () => insist(() => payer.code()));
    const paid = await atOnce(callers, (nth) =>
      payOnce(shop, chargeOf(world, shop, codes[nth] ?? '', FARE_MINOR)),
    );
    fits(paid, callers, 'COVER_EXHAUSTED');
    // Given back, there is as much room for the next round.
    const succeeded = paid.filter(({ state }) => state === PaymentState.SUCCEEDED);
    await Promise.all(
      succeeded.map((payment) => insist(() => refund(world, shop, payment, FARE_MINOR))),
    );
  },
};

async function payOnce(shop: Shop, request: ReturnType<typeof chargeOf>): Promise<Payment> {
  const { paymentId } = await insist(() => charge(shop, request));
  return finalPayment(shop, paymentId);
}

function fits(paid: readonly Payment[], callers: number, declined: string): void {
  const outcomes = paid.map(({ state, declineReason }) =>
    state === PaymentState.DECLINED ? DeclineReason[declineReason] : PaymentState[state],
  );
  const expected = { SUCCEEDED: Number(FIT), [declined]: callers - Number(FIT) };
  same(tally(outcomes), expected, 'how many fit');
}

/** Sets the cap and waits until routing has heard of it, and until the cover is so. */
async function coverOnce(
  { ops }: World,
  isSo: (cover: Cover) => boolean,
  capMinor: bigint,
): Promise<Cover> {
  const asked = { commandId: randomUUID(), participant, currencyCode: CURRENCY, capMinor };
  await insist(() => ops.cover.setCap(asked));
  const read = async () =>
    (await ops.cover.getCover({ participant, currencyCode: CURRENCY })).cover;
  const cover = await until(read, (now) => now?.reportTime !== undefined && isSo(now));
  if (cover === undefined) throw new Error('an answer without cover');
  return cover;
}
