import { feedIsWhole, holds, openPayer, openShop } from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { POINTS } from '../kills/points.ts';
import { strike } from '../kills/strike.ts';
import { live } from '../traffic/story.ts';

/** Between the commit of a fact and the mark that it was published, and just after the commit. */
const BETWEEN = ['events.claimed', 'routing.charge.answered', 'routing.intent.committed'];
const STORIES = 6;

export const unpublished: Fault = {
  id: 6,
  title: 'kill between the commit and the publishing',
  injected: 'routing is killed between the commit of a fact and its publishing, again and again',
  invariant:
    "each fact is delivered: the acquirer's feed shows every version once, and the books have all",
  traffic: { clients: 1, kinds: ['code', 'code_refunded'] },
  breaks: ['routing'],
  needs: ['nats'],
  async run(stage) {
    const { world, quick } = stage;
    const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
    const plan = { way: 'code', patienceMs: 45_000, afterwards: 'refund' } as const;
    const stories = Array.from({ length: STORIES }, () => live(world, payer, shop, plan));
    const points = POINTS.filter(({ failpoint }) => BETWEEN.includes(failpoint));
    for (const point of quick ? points.slice(-1) : [...points, ...points]) {
      const wasMet = await strike(stage, point, 'crash');
      holds(wasMet, `routing never passed ${point.failpoint}`);
    }
    stage.afterwards(async () => {
      const lived = await Promise.all(stories);
      const ids = lived.flatMap(({ payments }) => payments.map(({ paymentId }) => paymentId));
      await feedIsWhole(world, shop, new Set(ids));
    });
  },
};
