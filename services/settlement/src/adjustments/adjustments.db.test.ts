import { ParticipantKind } from '@causeway/proto/common';
import { armFailpoints, manualRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { problemsOf } from '../booking/audit.fixture.ts';
import { encoded, factsOf, TOKYO } from '../booking/facts.fixture.ts';
import { Commands } from '../commands/commands.ts';
import { bookFacts } from '../events.ts';
import { waitingCharges } from '../postings/store.ts';
import { openWindow } from '../windows/store.ts';
import { postingOf } from './adjustment.ts';
import { listAdjustments } from './list.ts';
import { postOne } from './post.ts';
import { reverseOne } from './reverse.ts';

const { db } = await testDatabase(migrations);
const desk = { db, commands: new Commands(db, manualRuntime().clock) };
const facts = factsOf(TOKYO).map((fact) => {
  return { lane: 0, factId: fact.factId, subject: 'test', ...encoded(fact) };
});
await bookFacts(db, facts);
for (const participant of [
  { kind: 'acquirer' as const, id: 'sakura' },
  { kind: 'issuer' as const, id: 'harbour-wallet' },
]) {
  const key = { participant, clearingDate: '2026-11-16' };
  await db.transaction((tx) => openWindow(tx, key, new Date(0)));
}

afterEach(() => armFailpoints(undefined));
afterEach(async () => expect(await problemsOf(db)).toEqual([]));

const SAKURA = { participantKind: ParticipantKind.ACQUIRER, participantId: 'sakura' };
const HARBOUR = { participantKind: ParticipantKind.ISSUER, participantId: 'harbour-wallet' };
const jpy = (amountMinor: bigint) => ({ currencyCode: 'JPY', amountMinor });
const OPS = { kind: 'operator', id: 'ops' } as const;
const ALL = { participant: undefined, pageSize: 0, pageToken: '' };

const asked = (requestId: string, amountMinor: bigint, participant = SAKURA) => ({
  ...{ requestId, participant, amount: jpy(amountMinor) },
  ...{ reason: 'a fee was charged twice', reference: 'letter 7' },
});

const balanceOf = async (code: string) => {
  const account = (await accountSums(db)).find((one) => one.code === code);
  return (account?.debitsMinor ?? 0n) - (account?.creditsMinor ?? 0n);
};

test('it is posted once, charged to the next window, and taken back once', async () => {
  const before = await balanceOf('acquirer_payable');
  armFailpoints('settlement.adjustment.committed=error');
  await expect(postOne(desk, 'ops', asked('one', 500n))).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  const { adjustment, replay } = await postOne(desk, 'ops', asked('one', 500n));
  expect(replay).toBe(true);
  expect(adjustment).toMatchObject({ amountMinor: 500n, operatorId: 'ops', reference: 'letter 7' });
  expect(await balanceOf('acquirer_payable')).toBe(before - 500n);
  expect(await balanceOf('adjustments')).toBe(500n);
  const charges = await waitingCharges(db, { kind: 'acquirer', id: 'sakura' }, 100n);
  expect(charges).toMatchObject([
    { kind: 'adjustment', currencyCode: 'JPY', amountMinor: 500n, reference: 'letter 7' },
  ]);
  const other = postOne(desk, 'ops', asked('one', 501n));
  await expect(other).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });

  const { adjustmentId } = adjustment;
  const wrong = { adjustmentId, reason: 'it was charged once' };
  const reversals = await Promise.allSettled(
    ['a', 'b', 'c'].map((requestId) => reverseOne(desk, 'ops', { requestId, ...wrong })),
  );
  const [reversal] = reversals.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(reversals.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  expect(reversal?.adjustment).toMatchObject({ amountMinor: -500n, reverses: adjustmentId });
  expect(await balanceOf('adjustments')).toBe(0n);
  const again = { adjustmentId: reversal?.adjustment.adjustmentId ?? '', reason: 'no' };
  await expect(reverseOne(desk, 'ops', { requestId: 'd', ...again })).rejects.toMatchObject({
    reason: 'ADJUSTMENT_REVERSED',
  });
});

test('participants list their own, operators all, page by page', async () => {
  await postOne(desk, 'ops', asked('for the issuer', -70n, HARBOUR));
  const { adjustments } = await listAdjustments(
    desk,
    { kind: 'issuer', id: 'harbour-wallet' },
    ALL,
  );
  expect(adjustments).toMatchObject([{ amountMinor: -70n }]);
  // Whomever a participant asks for, and whatever another's id is.
  const theirs = { ...ALL, participant: HARBOUR };
  const sakura = await listAdjustments(desk, { kind: 'partner', id: 'sakura' }, theirs);
  expect(sakura.adjustments.map(({ amountMinor }) => amountMinor)).toEqual([-500n, 500n]);
  const stranger = await listAdjustments(desk, { kind: 'partner', id: 'harbour-wallet' }, ALL);
  expect(stranger.adjustments).toEqual([]);
  const first = await listAdjustments(desk, OPS, { ...ALL, pageSize: 2 });
  const rest = await listAdjustments(desk, OPS, { ...ALL, pageToken: first.nextPageToken });
  expect([...first.adjustments, ...rest.adjustments].map((one) => one.amountMinor)).toEqual([
    ...[-70n, -500n, 500n],
  ]);
  expect(rest.nextPageToken).toBe('');
  await expect(listAdjustments(desk, OPS, { ...ALL, pageToken: 'x' })).rejects.toMatchObject({
    reason: 'PAGE_TOKEN_INVALID',
  });
});

test.each([
  ['nothing', { ...asked('x', 0n) }, ['amount.amount_minor']],
  ['no words', { ...asked('x', 1n), reason: '' }, ['reason']],
  ['no id', { ...asked('', 1n) }, ['request_id']],
  ['nobody', { ...asked('x', 1n), participant: undefined }, ['participant']],
  [
    'a strange currency',
    { ...asked('x', 1n), amount: { currencyCode: 'XXX', amountMinor: 1n } },
    ['amount.currency_code'],
  ],
  ['too much', { ...asked('x', 10n ** 15n + 1n) }, ['amount.amount_minor']],
])('%s is refused, and nothing is posted', async (_, request, fields) => {
  const before = await listAdjustments(desk, OPS, ALL);
  const error = await postOne(desk, 'ops', request).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ reason: 'FIELD_INVALID' });
  expect((error as { fields: { field: string }[] }).fields.map(({ field }) => field)).toEqual(
    fields,
  );
  expect(await listAdjustments(desk, OPS, ALL)).toEqual(before);
});

test('somebody with whom nothing was booked, and an adjustment that is not there', async () => {
  const nobody = { ...SAKURA, participantId: 'nobody' };
  await expect(postOne(desk, 'ops', asked('y', 1n, nobody))).rejects.toMatchObject({
    reason: 'PARTICIPANT_UNKNOWN',
  });
  const adjustmentId = '00000000-0000-8000-8000-000000000001';
  const missing = { requestId: 'z', adjustmentId, reason: 'no' };
  await expect(reverseOne(desk, 'ops', missing)).rejects.toMatchObject({
    reason: 'ADJUSTMENT_UNKNOWN',
  });
});

test('whatever its sign, the entry does to the account what the charge does to the window', () => {
  const amounts = fc
    .bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
    .filter((minor) => minor !== 0n);
  fc.assert(
    fc.property(amounts, fc.constantFrom('acquirer' as const, 'issuer' as const), (minor, kind) => {
      const participant = { kind, id: 'x' };
      const about = { currencyCode: 'JPY', reason: 'r', reference: '' };
      const entry = postingOf({ participant, amountMinor: minor, ...about }, 'id');
      const isOwn = entry.credit.owner === 'x';
      // What an acquirer is owed stands on the credit side, what an issuer owes on the debit side.
      const grows = isOwn === (kind === 'acquirer');
      expect(grows ? entry.amountMinor : -entry.amountMinor).toBe(minor);
      expect(entry.charge).toEqual({ participant, amountMinor: minor });
    }),
  );
});
