import { Probe } from '@causeway/probe';
import type { PaymentStanding } from '@causeway/proto/routing';
import { RpcFailure } from '@causeway/rpc';
import { laneOf } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { beforeEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { encoded, factsOf, type Story, TOKYO } from '../booking/facts.fixture.ts';
import { bookFacts } from '../events.ts';
import { BooksProbe } from './books-probe.ts';
import { bookChecks } from './checks.ts';

const { db } = await testDatabase(migrations);
const runtime = quietRuntime('settlement');
const ISSUER = 'harbour-wallet';
const PRICE = 6_503n;

/** What the wallet operator took, and what routing says; both begin even with the books. */
const taken = new Map<string, bigint>();
const standings = new Map<string, PaymentStanding>();
const asked: string[] = [];
let isAway = false;
let isSilent = false;

const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
const nothingFound = { findings: [], goodTime: new Date(0), roundTime: new Date(0) };
let isOutside = false;
const operator = {
  isOutside: () => isOutside,
  async getProbe() {
    if (isSilent) throw new RpcFailure('UNIMPLEMENTED', 'no such method');
    return nothingFound;
  },
  async listTaken({ paymentIds }: { paymentIds: string[] }) {
    if (isSilent) throw new RpcFailure('UNIMPLEMENTED', 'no such method');
    if (isAway) throw new Error('no route to host');
    const ids = paymentIds.length > 0 ? paymentIds : [...taken.keys()];
    const payments = ids.flatMap((paymentId) => {
      const takenMinor = taken.get(paymentId);
      return takenMinor === undefined ? [] : [{ paymentId, takenAmount: hkd(takenMinor) }];
    });
    return { payments, nextPageToken: '' };
  },
};
const routing = {
  getProbe: async () => nothingFound,
  listIssuers: async () => ({ issuers: [{ issuerId: ISSUER } as never] }),
  listStandings: async ({ paymentIds }: { paymentIds: string[] }) => ({
    standings: paymentIds.flatMap((id) => standings.get(id) ?? []),
  }),
  stopForBrokenBooks: async ({ reason, issuerId }: { reason: string; issuerId: string }) => {
    asked.push(`${issuerId || 'everything'}: ${reason}`);
    return { stop: undefined };
  },
};

/** A probe that looks only when it is asked. */
function probed() {
  const own = new Probe({ runtime, checks: bookChecks(db), everyMs: 0, budgetMs: 1_000 });
  const operatorOf = () => operator as never;
  const parts = { db, runtime, own, operatorOf, everyMs: 0, budgetMs: 1_000 };
  return new BooksProbe({ ...parts, routing: routing as never });
}

/** A payment that wallet, routing and books agree on. */
async function paid(name: string, booked = true): Promise<string> {
  const story: Story = { ...TOKYO, name };
  const facts = factsOf(story);
  const paymentId = facts[0]?.payment?.paymentId ?? '';
  taken.set(paymentId, PRICE);
  const standing = { paymentId, keptAmount: hkd(PRICE), atRest: true, unchangedMs: 60_000n };
  standings.set(paymentId, standing);
  const subject = 'causeway.routing.payment.succeeded.v1';
  const fact = ({ factId }: { factId: string }) => ({ lane: laneOf(paymentId), factId, subject });
  if (booked)
    await bookFacts(
      db,
      facts.map((each) => ({ ...fact(each), ...encoded(each) })),
    );
  return paymentId;
}

beforeEach(() => {
  asked.length = 0;
  isAway = false;
  isSilent = false;
  isOutside = false;
});

test('a wallet operator from outside that tells nothing keeps nobody from being good', async () => {
  isSilent = true;
  const found = await probed().lookAtAll();
  expect(found.books.map(({ name }) => name)).toEqual(['settlement', 'routing']);
  expect(found.goodTime).toBeDefined();
});

test('even books are good, and what is on its way or late stops nobody', async () => {
  await paid('even');
  const late = await paid('late', false);
  const moving = await paid('moving', false);
  const standing = standings.get(moving);
  if (standing) standings.set(moving, { ...standing, atRest: false });
  const probe = probed();
  const found = await probe.lookAtAll();
  expect(found.broken).toBe(false);
  expect(found.books.map(({ name }) => name)).toEqual([
    ...['settlement', 'routing', 'issuer harbour-wallet', 'harbour-wallet and the switch'],
  ]);
  expect(found.books.at(-1)?.unbookedCount).toBe(1n);
  expect(found.goodTime).toBeDefined();
  expect(asked).toEqual([]);
  for (const id of [late, moving]) taken.delete(id);
});

test.each<[string, (paymentId: string) => void]>([
  ['more than the switch says', (id) => taken.set(id, PRICE + 1n)],
  ['nothing, as after a restore of its database', (id) => taken.delete(id)],
])(
  'a wallet operator that took %s has payments stopped until it is put right',
  async (_, wrong) => {
    const paymentId = await paid('uneven');
    wrong(paymentId);
    const probe = probed();
    const found = await probe.lookAtAll();
    expect(found.broken).toBe(true);
    expect(found.books.at(-1)?.findings[0]?.detail).toContain(paymentId);
    expect(asked[0]).toContain(paymentId);
    expect(asked[0]).toMatch(/^everything: /);
    asked.length = 0;
    // The word of another company stops nobody else.
    isOutside = true;
    await probe.lookAtAll();
    expect(asked[0]).toMatch(/^harbour-wallet: /);
    isOutside = false;
    taken.set(paymentId, PRICE);
    asked.length = 0;
    expect((await probe.lookAtAll()).broken).toBe(false);
    expect(asked).toEqual([]);
  },
);

test('who does not answer breaks no rule, but nothing is found good any more', async () => {
  isAway = true;
  const found = await probed().lookAtAll();
  expect(found).toMatchObject({ broken: false, goodTime: undefined });
  expect(found.books.at(-1)?.failure).toBe('no route to host');
});

test('a sum that was changed by hand is found, and found good once it is put back', async () => {
  await paid('summed');
  const change = (by: bigint) =>
    db.query(
      `UPDATE totals SET payer_minor = payer_minor + $1, mid_minor = mid_minor + $1
       WHERE kind = 'capture'`,
      [by],
    );
  await change(5n);
  const probe = probed();
  const found = await probe.lookAtAll();
  expect(found.books[0]?.findings[0]).toMatchObject({ check: 'totals' });
  expect(asked.length).toBeGreaterThan(0);
  await change(-5n);
  expect((await probe.lookAtAll()).broken).toBe(false);
});
