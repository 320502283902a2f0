import { databaseClock } from '@causeway/db';
import { withClock } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { fixture, SOUND_PRICES, TIMING } from '../fx.fixture.ts';
import { boardById, newestBoard } from './get-board.ts';
import { LiveBoards } from './live-boards.ts';
import { BoardPublisher } from './publish-boards.ts';

const { db } = await testDatabase(migrations);
const POLICY = { instance: 'fx', currencies: ['HKD', 'JPY'], timing: TIMING };

/** One replica: its own memory and market, the database of all. */
function replica(...prices: string[]) {
  const world = fixture();
  world.publish('lp', ...prices);
  const { runtime, market, list, live } = world;
  const publisher = new BoardPublisher({ db, runtime, market, prices: list, live, policy: POLICY });
  const shelf = { db, clock: runtime.clock, live, currencies: POLICY.currencies };
  return { ...world, publisher, shelf };
}

const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });
const rateOf = (world: ReturnType<typeof replica>) =>
  newestBoard(world.shelf, 'HKD').entries.get('JPY')?.rateText;

test('replicas publish one board per period, and show what the first one stored', async () => {
  const first = replica(...SOUND_PRICES);
  const second = replica(...SOUND_PRICES, 'HKD/JPY 20.504 20.513');
  await Promise.all([first.publisher.publishDue(), second.publisher.publishDue()]);
  await first.publisher.publishDue();
  expect(rateOf(first)).toBe(rateOf(second));
  const stored = await db.query('SELECT FROM rate_boards');
  expect(stored).toHaveLength(2);

  const { boardId } = newestBoard(first.shelf, 'JPY');
  const restarted = replica();
  const cancel = await restarted.publisher.start();
  cancel();
  expect(restarted.live.byId(boardId)).toEqual(first.live.byId(boardId));
  expect(newestBoard(restarted.shelf, 'JPY').boardId).toBe(boardId);
});

test('an old board is evidence: it is found long after it promised anything', async () => {
  const world = replica(...SOUND_PRICES);
  await world.publisher.publishDue();
  const board = newestBoard(world.shelf, 'HKD');
  await world.runtime.advance(3_600_000);
  expect(() => newestBoard(world.shelf, 'HKD')).toThrow(refused('NO_FRESH_RATE'));
  const later = { ...world.shelf, live: new LiveBoards() };
  expect(await boardById(later, board.boardId, 'HKD')).toEqual(board);
  expect(await boardById(later, board.boardId, '')).toEqual(board);
  await expect(boardById(later, board.boardId, 'JPY')).rejects.toThrow(
    refused('RATE_BOARD_UNKNOWN'),
  );
  await expect(boardById(later, board.boardId, 'ZZZ')).rejects.toThrow(
    refused('CURRENCY_UNSUPPORTED'),
  );
  for (const id of ['nonsense', 'aaaaaaaa-aaaa-8aaa-8aaa-aaaaaaaaaaaa']) {
    await expect(boardById(later, id, 'HKD')).rejects.toThrow(refused('RATE_BOARD_UNKNOWN'));
  }
  expect(() => newestBoard(world.shelf, 'THB')).toThrow(refused('CURRENCY_UNSUPPORTED'));
});

test('a board without any fresh rate is not published, and comes as soon as there is one', async () => {
  const { db: empty } = await testDatabase(migrations);
  const world = replica();
  const { runtime, market, list, live } = world;
  const publisher = new BoardPublisher({
    db: empty,
    runtime,
    market,
    prices: list,
    live,
    policy: { ...POLICY, currencies: ['JPY'] },
  });
  await publisher.publishDue();
  expect(live.ids()).toEqual([]);
  world.publish('lp', 'HKD/JPY 20.40 20.41');
  await publisher.publishDue();
  expect([...(live.shown('JPY', runtime.clock.nowMs())?.entries.keys() ?? [])]).toEqual([
    'HKD',
    'MOP',
  ]);
});

test('the database lets no board change, and none promise less than it shows', async () => {
  const [row] = await db.query<{ rate_board_id: string }>(
    'SELECT rate_board_id FROM rate_boards LIMIT 1',
  );
  await expect(
    db.query('UPDATE rate_boards SET guarantee_until = show_until WHERE rate_board_id = $1', [
      row?.rate_board_id,
    ]),
  ).rejects.toMatchObject({ code: '23514' });
});

test('a market that stops is told once, with the pairs that have no rate', async () => {
  const world = replica(...SOUND_PRICES);
  const told = () => world.runtime.logged.map(({ level, fields }) => ({ level, ...fields }));
  await world.runtime.advance(3_600_000);
  for (let period = 0; period < 2; period += 1) {
    await world.publisher.publishDue();
    await world.runtime.advance(TIMING.periodMs);
  }
  expect(told()).toEqual([{ level: 'warn', missing: expect.arrayContaining(['HKD-JPY']) }]);
});

test("boards go by the database's clock, whatever the host's says", async () => {
  const clock = await databaseClock(db, quietRuntime());
  const world = replica(...SOUND_PRICES);
  const runtime = withClock(quietRuntime(), clock);
  const { market, list, live } = world;
  const publisher = new BoardPublisher({ db, runtime, market, prices: list, live, policy: POLICY });
  await publisher.publishDue();
  clock.stop();
  const [row] = await db.query<{ behind: number }>(
    `SELECT extract(epoch FROM clock_timestamp() - max(published_at))::float8 AS behind
     FROM rate_boards WHERE published_at < clock_timestamp() + interval '1 day'`,
  );
  // The pegged pair has a price on any day, so a board came out in the running period.
  expect(row?.behind).toBeLessThan(TIMING.periodMs / 1000 + 2);
});
