import { randomUUID } from 'node:crypto';
import type { Caller } from '@causeway/callers';
import { DeclineReason, ParticipantKind, PaymentState } from '@causeway/proto/common';
import type { Cover } from '@causeway/proto/settlement';
import { SECOND_ISSUER } from '@causeway/sandbox';
import { afterAll, expect, test } from 'vitest';
import {
  minor,
  openPayer,
  openShop,
  openWorld,
  pay,
  reasonOf,
  refund,
  until,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 25_000 });
const currencyCode = 'HKD';
const participant = {
  participantKind: ParticipantKind.ISSUER,
  participantId: SECOND_ISSUER.id,
};

const setCap = (capMinor: bigint | undefined) =>
  world.ops.cover.setCap({ commandId: randomUUID(), participant, currencyCode, capMinor });

afterAll(() => setCap(undefined));

async function coverOf(caller: Caller): Promise<Cover> {
  const { cover } = await caller.cover.getCover({ participant, currencyCode });
  if (!cover) throw new Error('an answer without cover');
  const parts = minor(cover.available) + minor(cover.leased) + minor(cover.used);
  expect(parts).toBe(minor(cover.cap) + minor(cover.prefunded));
  return cover;
}

const moved = (amountMinor: bigint) => ({
  ...{ commandId: randomUUID(), participant, reference: 'wire 1' },
  amount: { currencyCode, amountMinor },
});

test('a wallet operator pays up to its cap, and what it gives back or pays in lets it go on', async () => {
  const shop = await openShop(world);
  const payer = await openPayer(world, { issuerId: SECOND_ISSUER.id, balanceMinor: 5_000_00n });
  await setCap(10_000_000_00n);
  const known = await until(
    () => coverOf(world.ops),
    ({ reportTime, reserved }) => reportTime !== undefined && minor(reserved) === 0n,
  );
  expect(known.reportTime).toBeInstanceOf(Date);

  const first = await pay(world, payer, shop, 1_280n);
  expect(first.state).toBe(PaymentState.SUCCEEDED);
  const paid = minor(first.payerAmount);
  const owed = minor(known.used) + paid;
  const booked = await until(
    () => coverOf(world.ops),
    (cover) => minor(cover.used) === owed,
  );
  expect(minor(booked.used)).toBe(owed);

  // One more payment of the same amount fits, and not two.
  await setCap(owed + paid + paid / 2n);
  await until(
    () => coverOf(world.ops),
    (cover) => minor(cover.available) >= 0n,
  );
  expect((await pay(world, payer, shop, 1_200n)).state).toBe(PaymentState.SUCCEEDED);
  expect(await pay(world, payer, shop, 1_200n)).toMatchObject({
    ...{ state: PaymentState.DECLINED, declineReason: DeclineReason.COVER_EXHAUSTED },
  });
  await refund(world, shop, first, 1_280n);
  expect((await pay(world, payer, shop, 1_200n)).state).toBe(PaymentState.SUCCEEDED);
  expect((await pay(world, payer, shop, 1_200n)).state).toBe(PaymentState.DECLINED);

  await world.ops.cover.topUp(moved(paid));
  expect((await pay(world, payer, shop, 1_200n)).state).toBe(PaymentState.SUCCEEDED);
  expect(await reasonOf(world.ops.cover.withdraw(moved(paid)))).toBe('COVER_IN_USE');
  const own = await coverOf(world.callers.as(SECOND_ISSUER.id));
  expect(minor(own.prefunded)).toBe(paid);
  expect(await reasonOf(coverOf(shop.partner))).toBe('COVER_UNKNOWN');
  expect(await reasonOf(shop.partner.cover.topUp(moved(1n)))).toBe('CALLER_NOT_ALLOWED');
  await setCap(10_000_000_00n);
  const { cover } = await world.ops.cover.withdraw(moved(paid));
  expect(minor(cover?.prefunded)).toBe(0n);
});
