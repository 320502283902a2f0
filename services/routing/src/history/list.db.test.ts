import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { listFacts } from './list.ts';

const { db } = await testDatabase(migrations);

/** Facts of so many payments, two of each; the body says which one it is. */
async function happen(payments: number): Promise<void> {
  await db.query(
    `INSERT INTO payment_facts (lane, payment_id, version, fact_id, kind, occurred_at, body)
     SELECT n % 64, gen_random_uuid(), version, gen_random_uuid(), 'succeeded', now(),
            convert_to(n || ' ' || version, 'UTF8')
       FROM generate_series(1, $1::integer) AS n, generate_series(1, 2) AS version`,
    [payments],
  );
}

test('the whole history is listed as it was published, page by page, each fact once', async () => {
  await happen(250);
  const pages: string[][] = [];
  for await (const { payloads } of listFacts(db, new AbortController().signal)) {
    pages.push(payloads.map(String));
  }
  expect(pages.map(({ length }) => length)).toEqual([200, 200, 100]);
  const all = new Set(pages.flat());
  expect(all.size).toBe(500);
  expect(all.has('250 2')).toBe(true);
  const listed = await db.query<{ body: string }>(
    `SELECT convert_from(body, 'UTF8') AS body FROM payment_facts
      ORDER BY lane, payment_id, version`,
    [],
  );
  expect(pages.flat()).toEqual(listed.map(({ body }) => body));
});

test('nothing is read any more once nobody listens', async () => {
  const gone = new AbortController();
  let pages = 0;
  for await (const _ of listFacts(db, gone.signal)) {
    pages += 1;
    gone.abort();
  }
  expect(pages).toBe(1);
});
