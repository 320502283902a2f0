import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations as settlementMigrations } from '../../../settlement/migrations/index.ts';
import { migrations as walletMigrations } from '../../../wallet/migrations/index.ts';
import { Snapshot } from '../source.ts';
import { settledAlike } from './settled.ts';

const [{ db: wallet }, { db: settlement }] = await Promise.all([
  testDatabase(walletMigrations),
  testDatabase(settlementMigrations),
]);
const ours = new Snapshot({ kind: 'wallet', name: 'harbour', url: '' }, wallet);
const switchs = new Snapshot({ kind: 'settlement', name: 'settlement', url: '' }, settlement);

await wallet.query(`
  INSERT INTO switch_settlements VALUES
    ('2026-11-16', 100, 3, 0, 97, 'ops'), ('2026-11-17', 50, 1, 0, 49, 'ops'),
    ('2026-11-18', 10, 0, 0, 10, 'ops')`);
await settlement.query(`
  INSERT INTO windows (participant_kind, participant_id, clearing_date, state, opened_at, closed_at,
    final_at, ended_at, agreement_version, charges_through, end_reference)
  SELECT 'issuer', id, day::date, state, now(), now(), now(), ended, 1, 0, reference
    FROM (VALUES ('harbour', '2026-11-16', 'SETTLED', now(), 'bank'),
                 ('harbour', '2026-11-17', 'PENDING', NULL, NULL),
                 ('harbour', '2026-11-18', 'SETTLED', now(), 'bank'),
                 ('peak', '2026-11-18', 'SETTLED', now(), 'bank'))
      AS w (id, day, state, ended, reference)`);

const due = (id: string, day: string, minor: number) =>
  settlement.query(`
    INSERT INTO window_sums (participant_kind, participant_id, clearing_date, currency_code,
      item_count, captured_minor, refunded_minor, fees_minor, adjustments_minor, disputes_minor,
      carried_minor, reserve_minor, released_minor, net_minor, due_minor, month_volume_minor,
      fee_tier, value_date)
    VALUES ('issuer', '${id}', '${day}', 'HKD', 1, ${minor}, 0, 0, 0, 0, 0, 0, 0, ${minor}, ${minor},
            0, 1, '2026-11-20')`);
await due('harbour', '2026-11-16', 97);
await due('harbour', '2026-11-17', 48);
await due('peak', '2026-11-18', 11);

test('only days that both sides settled are compared, each with its own operator', async () => {
  expect(await settledAlike([ours], switchs)).toMatchObject({ ok: true });
});

test('another amount than was due is told', async () => {
  await due('harbour', '2026-11-18', 11);
  expect(await settledAlike([ours], switchs)).toMatchObject({
    ok: false,
    problems: ['harbour 2026-11-18: the wallet paid 10, and 11 was due'],
  });
});
