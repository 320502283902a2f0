import { same } from './holds.ts';
import type { Shop } from './shop.ts';
import type { World } from './world.ts';

const PATIENCE_MS = 30_000;

/**
 * Throws unless the acquirer's feed shows each fact of these payments exactly once, and its list
 * each payment as it last was. They must be all payments that the shop ever had.
 */
export async function feedIsWhole(
  world: World,
  shop: Shop,
  ids: ReadonlySet<string>,
): Promise<void> {
  const expected = (await Promise.all([...ids].map((id) => factsOf(world, id)))).flat();
  const seen = await changes(shop, expected.length);
  same(seen.toSorted(), expected.toSorted(), 'the facts in the feed');
  const last = new Map([...ids].map((id) => [id, lastOf(expected, id)]));
  same(await listed(shop), last, "the payments in the acquirer's list");
}

/** `<payment id> <version>` of every fact of a payment. */
async function factsOf(world: World, paymentId: string): Promise<string[]> {
  const { facts } = await world.ops.routing.listPaymentFacts({ paymentId });
  return facts.map(({ version }) => nameOf(paymentId, version));
}

/** The first `count` changes of the feed, and one more if it comes at once; fewer when it ends. */
async function changes(shop: Shop, count: number): Promise<string[]> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), PATIENCE_MS);
  const seen: string[] = [];
  try {
    const feed = shop.partner.payments.watchPayments({ cursor: '' }, { signal: ending.signal });
    for await (const { payment } of feed) {
      seen.push(nameOf(payment?.paymentId ?? '', payment?.version ?? 0n));
      // What was appended twice would follow at once.
      if (seen.length === count) setTimeout(() => ending.abort(), 500);
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return seen;
}

/** Payment id → its last version, as the acquirer's list shows it. */
async function listed(shop: Shop): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let pageToken = '';
  do {
    const request = { pageSize: 100, pageToken, merchantId: '', state: 0 };
    const page = await shop.partner.payments.listPayments(request);
    for (const { paymentId, version } of page.payments) {
      found.set(paymentId, nameOf(paymentId, version));
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return found;
}

function lastOf(facts: readonly string[], paymentId: string): string | undefined {
  return facts.filter((fact) => fact.startsWith(paymentId)).at(-1);
}

function nameOf(paymentId: string, version: bigint): string {
  return `${paymentId} ${version}`;
}
