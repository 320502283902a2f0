import type { Payment } from '@causeway/proto/common';
import { reasonOf, type Shop, same, type World } from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { payUnder, SHORT_DOUBT, shopInDoubt } from './partners.ts';

/** How often each payment is reported after its end. */
const REPORTS = 3;

/** Fault 18. */
export const callbacks: Fault = {
  id: 18,
  title: "a partner's callback duplicated or out of order",
  injected:
    'partners report twice by themselves; afterwards all is reported again and in another order, what succeeded and what did not',
  invariant: 'one transition',
  // Whoever is in doubt as well would only be waited for.
  traffic: { clients: 3, kinds: ['code', 'code_refunded', 'code_cancelled'] },
  breaks: ['routing'],
  under: SHORT_DOUBT,
  async run({ world, quick, note }) {
    const shop = await shopInDoubt(world);
    const pay = (reference: string, expected: string) =>
      Array.from({ length: quick ? 2 : 20 }, () => payUnder(world, shop, reference, expected));
    const ended = await Promise.all([
      ...pay('TRY-CALLBACK', 'SUCCEEDED'),
      ...pay('TRY-TIMEOUT-NO', 'REFUSED_BY_PARTNER'),
    ]);
    const facts = () => Promise.all(ended.map((each) => factsOf(world, each)));
    const before = await facts();
    for (let time = 0; time < REPORTS; time += 1) {
      await Promise.all(ended.toReversed().map((each) => report(shop, each)));
    }
    same(await facts(), before, 'the facts of payments that were reported again');
    note({ reports: REPORTS * ended.length });
  },
};

/** A report says nothing by itself: whatever it is answered, nothing may follow from it. */
function report({ partner }: Shop, { paymentId }: Payment): Promise<string> {
  return reasonOf(partner.payments.reportConfirmation({ paymentId }));
}

async function factsOf(world: World, { paymentId }: Payment): Promise<string[]> {
  const { facts } = await world.ops.routing.listPaymentFacts({ paymentId });
  return facts.map(({ factId, version }) => `${factId} ${version}`);
}
