import { ParticipantKind } from '@causeway/proto/common';
import type { ClearingDay } from '@causeway/proto/routing';
import { expect, test } from 'vitest';
import { openPayer, openShop, openWorld, pay, reasonOf } from './support/index.ts';

const world = openWorld();

test('an operator sees where the days of all participants stand', async () => {
  const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
  const payment = await pay(world, payer, shop, 1_000n);
  const { clearingDays } = world.ops;
  const { days } = await clearingDays.listClearingDays({});
  const dayOf = (kind: ParticipantKind, id: string): ClearingDay => {
    const found = days.find(
      ({ participant: p }) => p?.participantKind === kind && p.participantId === id,
    );
    if (!found) throw new Error(`${id} has no clearing day`);
    return found;
  };
  const acquirer = dayOf(ParticipantKind.ACQUIRER, payment.partnerId);
  expect(acquirer.openDate).toBe(payment.acquirerClearingDate);
  const issuer = dayOf(ParticipantKind.ISSUER, payment.issuerId);
  expect(issuer.openDate).toBe(payment.issuerClearingDate);
  const running = { participant: acquirer.participant, clearingDate: acquirer.openDate };
  expect(await reasonOf(clearingDays.getControlTotals(running))).toBe('DAY_NOT_SEALED');
  const sealed = { participant: issuer.participant, clearingDate: issuer.sealedDate };
  expect(await reasonOf(clearingDays.getControlTotals(sealed))).toBe('accepted');
});
