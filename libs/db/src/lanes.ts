import type { Params, Queryable } from './session.ts';

/** Which lanes lie together, where the tables of a database are distributed by lane. */
export class Shards {
  readonly #lanesBeside: ReadonlyMap<number, readonly number[]>;

  /** @param shardOfLane for each lane the number of its shard */
  constructor(shardOfLane: ReadonlyMap<number, bigint>) {
    const lanesOf = new Map<bigint, number[]>();
    for (const [lane, shard] of shardOfLane) {
      lanesOf.set(shard, [...(lanesOf.get(shard) ?? []), lane]);
    }
    this.#lanesBeside = new Map(
      [...shardOfLane].map(([lane, shard]) => [lane, lanesOf.get(shard) ?? []]),
    );
  }

  /** All lanes that lie with this one, itself among them: one list per shard, the same each time. */
  beside(lane: number): readonly number[] {
    const lanes = this.#lanesBeside.get(lane);
    if (lanes === undefined) throw new Error(`there is no lane ${lane}`);
    return lanes;
  }

  /** The lanes of each shard. */
  all(): readonly (readonly number[])[] {
    return [...new Set(this.#lanesBeside.values())];
  }
}

/** A statement on tables that may be distributed by lane: one text for each case. */
export interface LaneStatement {
  /** Where the tables are whole. */
  readonly whole: string;
  /** Where they are distributed: what it touches is told to lie in one shard. */
  readonly sharded: string;
}

/**
 * A statement of which each access to a table by lane is told its shard. Citus runs a statement on one
 * worker, and lets it lock rows, only where every such access names the lanes by a parameter: that
 * lanes come from a batch's rows does not tell it where they are. Where nothing is distributed the text
 * is as if nothing was said.
 *
 * @param lanesParameter the number of the parameter with the lanes, the one after all others
 * @param build writes the text; `within('p.lane')` is `AND` and the condition
 */
export function laneStatement(
  lanesParameter: number,
  build: (within: (column: string) => string) => string,
): LaneStatement {
  return {
    whole: build(() => ''),
    sharded: build((column) => `AND ${column} = ANY($${lanesParameter}::smallint[])`),
  };
}

/**
 * Runs a statement on the rows of these lanes, which must lie in one shard: throws, with nothing sent,
 * where they do not, since rows of another shard would not be found.
 */
export function queryLanes<Row>(
  on: Queryable,
  { whole, sharded }: LaneStatement,
  params: Params,
  items: readonly { lane: number }[],
): Promise<Row[]> {
  const { shards } = on;
  if (shards === undefined) return on.query<Row>(whole, params);
  const lanes = shards.beside(items[0]?.lane ?? 0);
  const stray = items.find(({ lane }) => shards.beside(lane) !== lanes);
  if (stray) throw new Error(`lane ${stray.lane} lies in another shard than the rest of its batch`);
  return on.query<Row>(sharded, [...params, lanes]);
}

/**
 * Runs a statement, such as a claim, on the rows of all lanes: once, or for each shard in turn, since
 * rows of several shards cannot be locked at once. A limit in it counts for each shard.
 */
export async function queryEachShard<Row>(
  on: Queryable,
  { whole, sharded }: LaneStatement,
  params: Params,
): Promise<Row[]> {
  if (on.shards === undefined) return on.query<Row>(whole, params);
  const rows: Row[] = [];
  for (const lanes of on.shards.all())
    rows.push(...(await on.query<Row>(sharded, [...params, lanes])));
  return rows;
}

/** Which of the items of a batch lie together: for `together` of `coalesce`. */
export function togetherByLane<Item>(
  on: Queryable,
  laneOf: (item: Item) => number,
): ((item: Item) => unknown) | undefined {
  const { shards } = on;
  return shards && ((item) => shards.beside(laneOf(item)));
}
