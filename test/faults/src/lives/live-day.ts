import type { Window } from '@causeway/proto/settlement';
import { type Chance, wholeBetween } from '@causeway/sandbox';
import { insist, minor, openDay, same, until, type World } from '../../../support/index.ts';
import { broken } from '../finding.ts';
import { judgeStory } from '../judge/story.ts';
import type { Hearing } from '../traffic/kinds.ts';
import { paidAndBooked } from './booked.ts';
import { corrected, reconciled } from './corrections.ts';
import { closeDay, filesAreWhole } from './day.ts';

const OWED_MINOR = -70n;
const OPENED_MS = 90_000;

/**
 * Lives through a day of an acquirer while services die: one payment, an adjustment or what the
 * acquirer's own file says, and its end. It must come to exactly that.
 */
export async function liveDay(world: World, chance: Chance): Promise<Hearing> {
  const isCorrected = wholeBetween(chance, 0, 1) === 1;
  const booked = await paidAndBooked(world);
  if (booked === undefined) return async () => [];
  const { shop, payer, story, payment } = booked;
  const { acquirerClearingDate: day } = payment;
  // It is opened a moment after its acquirer came.
  await until(
    () => insist(() => openDay(world, shop)),
    (open) => open !== '',
    { patienceMs: OPENED_MS },
  );
  if (isCorrected) await corrected(world, shop, OWED_MINOR);
  const window = await closeDay(world, shop, day);
  const captured = minor(payment.payeeAmount);
  const adjustments = isCorrected ? OWED_MINOR : 0n;
  const expected = { items: 1n, captured, adjustments, net: captured + adjustments };
  same(sumOf(window), expected, `the day ${day} of ${shop.partner.id}`);
  if (!isCorrected) await reconciled(world, shop, payment);
  return async () => {
    const files = filesAreWhole(shop, day).then(
      () => [],
      (error) => [broken('the files of a day', error)],
    );
    return [...(await judgeStory(shop, payer, story)), ...(await files)];
  };
}

/** What a window comes to, in minor units. */
function sumOf(window: Window | undefined) {
  const [sum] = window?.sums ?? [];
  return {
    ...{ items: sum?.itemCount, captured: minor(sum?.captured) },
    ...{ adjustments: minor(sum?.adjustments), net: minor(sum?.net) },
  };
}
