import { systemRuntime } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations as routingMigrations } from '../../../routing/migrations/index.ts';
import { migrations as settlementMigrations } from '../../../settlement/migrations/index.ts';
import { migrations as walletMigrations } from '../../../wallet/migrations/index.ts';
import { verify } from '../verify.ts';

const [routing, settlement, wallet] = await Promise.all([
  testDatabase(routingMigrations),
  testDatabase(settlementMigrations),
  testDatabase(walletMigrations),
]);
const runtime = systemRuntime({ service: 'verifier', logLevel: 'fatal' });

/** One payment on its way that is reserved for, one that was declined, one of nobody's cover. */
await routing.db.query(`
  INSERT INTO payments (lane, payment_id, version, state, step, due_at, decline_reason, method,
    partner_id, payment_request_id, payer_reference, issuer_id, payer_currency, payer_minor,
    created_at, updated_at, issuer_covered)
  SELECT 1, gen_random_uuid(), 1, state, step, CASE step WHEN 'CHARGE' THEN now() END,
         CASE state WHEN 'DECLINED' THEN 7 ELSE 0 END, 1, 'sakura', state, 'code', 'harbour-wallet',
         'HKD', minor, now(), now(), covered
  FROM (VALUES ('PENDING', 'CHARGE', 6421, true), ('PENDING', 'CHARGE', 100, NULL))
    AS p (state, step, minor, covered);
  INSERT INTO cover_slices (participant_kind, participant_id, currency, limited, leased_minor,
    reserved_minor, given_back_minor)
  VALUES ('issuer', 'harbour-wallet', 'HKD', true, 10000, 8421, 2000)`);

/** A cap with two leases, of which a part came back, and liquidity that nobody posted yet. */
await settlement.db.query(`
  INSERT INTO covers VALUES ('issuer', 'harbour-wallet', 'HKD', 50000, 0);
  INSERT INTO cover_slices VALUES ('issuer', 'harbour-wallet', 'HKD', 10000, 1000, 0, 0, now());
  INSERT INTO cover_leases VALUES
    ('issuer', 'harbour-wallet', 'HKD', 'LEASED', 4000, 4000, now()),
    ('issuer', 'harbour-wallet', 'HKD', 'LEASED', 10000, 6000, now()),
    ('issuer', 'harbour-wallet', 'HKD', 'RETURNED', 1000, 1000, now())`);

const problems = async () => {
  const { checks } = await verify(
    [
      { kind: 'routing', name: 'r', url: routing.url },
      { kind: 'settlement', name: 's', url: settlement.url },
      { kind: 'wallet', name: 'harbour-wallet', url: wallet.url },
    ],
    60,
    runtime,
  );
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
};

test('cover that adds up is found right', async () => {
  expect(await problems()).toEqual([]);
});

const wrongs: [string, 'routing' | 'settlement', string, string][] = [
  [
    'routing r: reservations',
    'routing',
    'UPDATE cover_slices SET reserved_minor = reserved_minor - 1',
    'UPDATE cover_slices SET reserved_minor = reserved_minor + 1',
  ],
  [
    'routing r: reservations',
    'routing',
    'UPDATE payments SET issuer_covered = true WHERE payer_minor = 100',
    'UPDATE payments SET issuer_covered = NULL WHERE payer_minor = 100',
  ],
  [
    'leases',
    'routing',
    'UPDATE cover_slices SET leased_minor = 10001',
    'UPDATE cover_slices SET leased_minor = 10000',
  ],
  [
    'settlement s: leases',
    'settlement',
    'UPDATE cover_slices SET returned_minor = 1001',
    'UPDATE cover_slices SET returned_minor = 1000',
  ],
  [
    'settlement s: prefunding',
    'settlement',
    'UPDATE covers SET prefunded_minor = 5',
    'UPDATE covers SET prefunded_minor = 0',
  ],
  [
    'settlement s: booked cover',
    'settlement',
    "INSERT INTO cover_booked VALUES ('issuer', 'harbour-wallet', 'HKD', 7)",
    'DELETE FROM cover_booked',
  ],
];

test.each(wrongs)('%s is wrong in %s after %s', async (name, where, wrong, back) => {
  const { db } = where === 'routing' ? routing : settlement;
  await db.query(wrong);
  expect(await problems()).toEqual([name]);
  await db.query(back);
  expect(await problems()).toEqual([]);
});
