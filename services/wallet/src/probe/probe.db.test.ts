import { laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { testOperator } from '../testing/world.fixture.ts';
import { walletChecks } from './checks.ts';
import { listTaken } from './list-taken.ts';

const { db } = await testDatabase(migrations);
const { execute, wallet } = await testOperator(db);
const FIRST_PAGE = { paymentIds: [], pageToken: '', pageSize: 2 };

async function pay(name: string, amountMinor = 1_000n): Promise<string> {
  const { walletId, lane } = await wallet(name);
  const paymentId = uuidFrom('probe', name);
  await execute([
    {
      ...{ kind: 'charge', lane, paymentId, payer: { walletId }, amountMinor },
      terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor } }),
      ...{ expiresAtMs: Number.MAX_SAFE_INTEGER, holdTtlSeconds: 0 },
    },
  ]);
  return paymentId;
}

/** What is wrong in any lane. */
async function breaches(): Promise<string[]> {
  const found: string[] = [];
  for (const { name, breaches: inLane } of walletChecks(db)) {
    for (let lane = 0; lane < 64; lane += 1) {
      found.push(...(await inLane(lane)).map((breach) => `${name}: ${breach}`));
    }
  }
  return found;
}

const ids = await Promise.all(['ann', 'bea', 'cem'].map((name) => pay(name)));

test('what payments took is told page by page, or of those that are named', async () => {
  const pages: string[][] = [];
  let request = FIRST_PAGE;
  do {
    const { payments, nextPageToken } = await listTaken(db, 'HKD', request);
    pages.push(payments.map(({ paymentId }) => paymentId));
    request = { ...FIRST_PAGE, pageToken: nextPageToken };
  } while (request.pageToken !== '');
  expect(pages.map(({ length }) => length)).toEqual([2, 1]);
  expect(new Set(pages.flat())).toEqual(new Set(ids));

  const named = { ...FIRST_PAGE, paymentIds: [ids[1] ?? '', uuidFrom('probe', 'nobody')] };
  expect((await listTaken(db, 'HKD', named)).payments).toMatchObject([
    { paymentId: ids[1], takenAmount: { currencyCode: 'HKD', amountMinor: 1_000n } },
  ]);
  const forged = { ...FIRST_PAGE, pageToken: 'forged' };
  await expect(listTaken(db, 'HKD', forged)).rejects.toMatchObject({
    reason: 'PAGE_TOKEN_INVALID',
  });
  const wrong = { ...FIRST_PAGE, paymentIds: ['order-1'] };
  await expect(listTaken(db, 'HKD', wrong)).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
});

test('books that nobody touched are good, and a charge that was changed by hand is found', async () => {
  expect(await breaches()).toEqual([]);
  const change = (minor: number) =>
    db.query('UPDATE charges SET amount_minor = $1 WHERE payment_id = $2', [minor, ids[0]]);
  await change(1_001);
  expect(await breaches()).toEqual(['charges: charges took 1001, and 1000 became payable']);
  await change(1_000);
  expect(await breaches()).toEqual([]);
});

test('a balance that was changed by hand is found', async () => {
  const [account] = await db.query<{ account_id: string }>(
    "SELECT account_id FROM ledger_accounts WHERE code = 'user' LIMIT 1",
    [],
  );
  const id = account?.account_id ?? '';
  const change = (by: number) =>
    db.query(
      'UPDATE ledger_accounts SET credits_posted = credits_posted + $1 WHERE lane = $2 AND account_id = $3',
      [by, laneOf(id), id],
    );
  await change(7);
  expect(await breaches()).toEqual([
    expect.stringMatching(/^ledger: account user/),
    'ledger: HKD: debits exceed credits by -7',
  ]);
  await change(-7);
  expect(await breaches()).toEqual([]);
});
