import { expect } from 'vitest';
import { judgeStory } from '../../faults/src/judge/story.ts';
import { live, type Plan, type Story } from '../../faults/src/traffic/story.ts';
import { openPayer, type Payer, type Shop, type World } from '../../support/index.ts';

/** Clients that pay while something breaks, and are heard afterwards. */
export interface Crowd {
  /** Lets another payment begin; its client goes on by itself. */
  pay(plan?: Partial<Plan>): void;
  /** Waits for all clients and expects that everything they were told is true. */
  hear(): Promise<Story[]>;
}

const PATIENT: Plan = { way: 'code', patienceMs: 45_000, afterwards: 'keep' };
/** Enough for each one's movements to be read in one page. */
const PAYERS = 3;

/** Opens wallets for a crowd, while everything is still up. */
export async function gather(world: World, shop: Shop): Promise<Crowd> {
  const payers = await Promise.all(Array.from({ length: PAYERS }, () => openPayer(world)));
  const living: Promise<{ payer: Payer; story: Story }>[] = [];
  return {
    pay(plan = {}) {
      const payer = payers[living.length % payers.length];
      if (payer === undefined) throw new Error('a crowd of nobody');
      const lived = live(world, payer, shop, { ...PATIENT, ...plan });
      living.push(lived.then((story) => ({ payer, story })));
      // Heard later; until then a failure must not end the test run.
      lived.catch(() => {});
    },
    async hear() {
      const lived = await Promise.all(living);
      const problems = await Promise.all(
        lived.map(({ payer, story }) => judgeStory(shop, payer, story)),
      );
      expect(problems.flat()).toEqual([]);
      return lived.map(({ story }) => story);
    },
  };
}
