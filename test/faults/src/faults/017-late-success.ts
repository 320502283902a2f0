import { holds, until, type World } from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { incidentsOf, payUnder, SHORT_DOUBT, shopInDoubt } from './partners.ts';

const TAKEN_BACK = 'late_success_refunded';

/** Fault 17. */
export const lateSuccess: Fault = {
  id: 17,
  title: "a partner's success after our reversal",
  injected: 'partners that never answer, reverse, and charge all the same half a second later',
  invariant: 'what they charged is taken back from them, or an incident; money is conserved',
  // Whoever is in doubt as well would only be waited for.
  traffic: { clients: 3, kinds: ['code', 'code_refunded', 'code_cancelled'] },
  breaks: ['routing'],
  under: SHORT_DOUBT,
  async run({ world, quick, note, afterwards }) {
    const shop = await shopInDoubt(world);
    const count = quick ? 3 : 30;
    const late = () => payUnder(world, shop, 'TRY-LATE', 'PARTNER_UNAVAILABLE');
    const ended = await Promise.all(Array.from({ length: count }, late));
    afterwards(async () => {
      await Promise.all(ended.map(({ paymentId }) => isTakenBack(world, paymentId)));
      note({ taken_back: count });
    });
  },
};

async function isTakenBack(world: World, paymentId: string): Promise<void> {
  const kinds = await until(
    async () => incidentsOf(world, paymentId),
    (known) => known.includes(TAKEN_BACK),
    { patienceMs: 60_000 },
  );
  const known = kinds.join() || 'none';
  holds(kinds.includes(TAKEN_BACK), `${paymentId} was charged late; incidents: ${known}`);
}
