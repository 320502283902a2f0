import { insist, openPayer, openShop, type World } from '../../../support/index.ts';
import { broken } from '../finding.ts';
import { judgeStory } from '../judge/story.ts';
import type { Hearing } from '../traffic/kinds.ts';
import { live, type Plan, type Story } from '../traffic/story.ts';
import { openCap } from './cover.ts';

/** What an acquirer may owe, in minor units, one after the other; the last is soon used up. */
const CAPS = [1_000_000n, 2_000_000n, 10_000n];
const PAID: Plan = { way: 'code', patienceMs: 45_000, afterwards: 'keep' };

/**
 * Pays at a shop whose acquirer's cap is moved while settlement and routing die. Nothing of the cover
 * may be lost, which shows when everything is back.
 */
export async function liveCap(world: World): Promise<Hearing> {
  const shop = await insist(() => openShop(world));
  const payer = await insist(() => openPayer(world));
  const cap = openCap(world, shop);
  const stories: Story[] = [];
  for (const [at, capMinor] of CAPS.entries()) {
    cap.set(capMinor);
    const afterwards = at === 1 ? 'keep' : 'refund';
    stories.push(await live(world, payer, shop, { ...PAID, afterwards }));
  }
  return async () => {
    const judged = await Promise.all(stories.map((story) => judgeStory(shop, payer, story)));
    const whole = await cap.isWhole().then(
      () => [],
      (error) => [broken('cap', error)],
    );
    return [...judged.flat(), ...whole];
  };
}
