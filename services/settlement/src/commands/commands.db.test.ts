import { Refusal, uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { participantOf, toParticipant } from '../participants.ts';
import { charge, post } from '../postings/post.ts';
import { chargesOf, takeCharges, waitingCharges } from '../postings/store.ts';
import { type CommandHandler, Commands, SYSTEM } from './commands.ts';
import { lastCommandSeq } from './store.ts';

const { db } = await testDatabase(migrations);
const commands = new Commands(db, quietRuntime().clock);
const SAKURA = { kind: 'acquirer', id: 'sakura' } as const;
const id = (name: string) => uuidFrom('test', name);

/** Pays an acquirer more, by way of the ledger, and refuses what is too much. */
const gift: CommandHandler<{ minor: string }> = {
  kind: 'test.gift',
  async apply(tx, command) {
    const amountMinor = BigInt(command.body.minor);
    await post(tx, command, [
      {
        ...{
          step: 'gift',
          kind: 'adjustment',
          currencyCode: 'JPY',
          amountMinor,
          reference: 'test',
        },
        debit: { code: 'adjustments', owner: '' },
        credit: { code: 'acquirer_payable', owner: 'sakura' },
        charge: { participant: SAKURA, amountMinor },
      },
    ]);
    if (amountMinor > 1_000n) throw new Refusal('FIELD_INVALID', 'too much');
  },
};
const given = (name: string, minor: string) =>
  commands.execute(gift, { commandId: id(name), operatorId: SYSTEM, body: { minor } });

async function payable(): Promise<bigint> {
  const sums = await accountSums(db);
  expect(sums.reduce((sum, one) => sum + one.debitsMinor - one.creditsMinor, 0n)).toBe(0n);
  return sums.find(({ code }) => code === 'acquirer_payable')?.creditsMinor ?? 0n;
}

test('a command takes effect once, whatever comes again, and a refused one not at all', async () => {
  expect(await given('once', '100')).toBe('done');
  expect(await given('once', '100')).toBe('replay');
  await expect(given('once', '101')).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  await expect(given('much', '1001')).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
  expect(await payable()).toBe(100n);
  expect(await lastCommandSeq(db)).toBe(1n);
});

test('commands at once take their places one after the other, without gaps', async () => {
  const before = await payable();
  const names = Array.from({ length: 20 }, (_, n) => `race ${n % 10}`);
  const outcomes = await Promise.all(names.map((name) => given(name, '1')));
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(10);
  expect(await payable()).toBe(before + 10n);
  const rows = await db.query<{ seq: bigint }>('SELECT seq FROM commands ORDER BY seq', []);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => BigInt(index + 1)));
});

test('a window takes the charges up to a command, and they are never changed after', async () => {
  const through = await lastCommandSeq(db);
  await given('later', '7');
  const taken = await waitingCharges(db, SAKURA, through);
  await db.transaction((tx) => takeCharges(tx, SAKURA, '2026-11-30', through));
  expect(await chargesOf(db, SAKURA, '2026-11-30')).toEqual(taken);
  expect(await waitingCharges(db, SAKURA, through + 1n)).toMatchObject([{ amountMinor: 7n }]);
  const moved = db.query(
    "UPDATE charges SET clearing_date = '2026-12-01' WHERE amount_minor = 1",
    [],
  );
  await expect(moved).rejects.toThrow(/corrected by another/);
});

test('what is carried is charged without an entry', async () => {
  const carry: CommandHandler = {
    kind: 'test.carry',
    apply: (tx, command) =>
      charge(tx, command, [
        {
          ...{ participant: SAKURA, kind: 'carry', currencyCode: 'JPY', amountMinor: -5n },
          reference: 'window 2026-11-29',
        },
      ]),
  };
  const before = await payable();
  await commands.execute(carry, { commandId: id('carry'), operatorId: 'ops', body: null });
  expect(await payable()).toBe(before);
  const waiting = await waitingCharges(db, SAKURA, await lastCommandSeq(db));
  expect(waiting.at(-1)).toMatchObject({ kind: 'carry', amountMinor: -5n });
});

test('participants are named alike in tables and messages', () => {
  expect(participantOf(toParticipant(SAKURA))).toEqual(SAKURA);
  expect(participantOf({ participantKind: 0, participantId: 'sakura' })).toBeUndefined();
  expect(participantOf(undefined)).toBeUndefined();
});
