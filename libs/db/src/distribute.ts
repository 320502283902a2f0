import { LANES } from '@causeway/runtime';
import type { Database } from './database.ts';
import { codeOf } from './errors.ts';
import { Shards } from './lanes.ts';
import type { Queryable } from './session.ts';

/** Where the tables of a schema stand when they outgrow one Postgres and move to a Citus cluster. */
export interface Distribution {
  /**
   * Cut into shards by their column `lane`; the same lanes of all of them stand on one node, so that
   * what is done within a lane is done there. Parents of foreign keys come before their children.
   */
  byLane: readonly string[];
  /** Small tables, whole on every node: by-lane tables are joined with them, or reference them. */
  everywhere: readonly string[];
  /** Whole on the coordinator, as on one Postgres. */
  here: readonly string[];
  /**
   * Unique indexes of by-lane tables without the lane, which no shard could see to. They are replaced
   * by plain ones of the same name; what keeps their values apart instead is said at each.
   */
  plainIndexes?: readonly PlainIndex[];
}

/** What takes the place of a unique index. */
export interface PlainIndex {
  index: string;
  /** Its `CREATE INDEX`. */
  sql: string;
}

const UNDEFINED_TABLE = '42P01';
/** Moving the rows of a table that is distributed late may take long. */
const LIMITS = { statementTimeoutMs: 60 * 60_000 };

const EXTENSION = "SELECT extversion AS version FROM pg_extension WHERE extname = 'citus'";
/** A local table that references a replicated one is known to the cluster, too, and stays where it is. */
const DISTRIBUTED = `
  SELECT logicalrelid::regclass::text AS table FROM pg_dist_partition
   WHERE partmethod = 'h' OR repmodel = 't'`;
const LOCK = 'LOCK TABLE schema_migrations IN SHARE ROW EXCLUSIVE MODE';
const ALLOW_TRIGGERS = 'SET LOCAL citus.enable_unsafe_triggers TO on';
const BY_LANE_FIRST = "SELECT create_distributed_table($1, 'lane', shard_count => $2)";
const BY_LANE = "SELECT create_distributed_table($1, 'lane', colocate_with => $2)";
const EVERYWHERE = 'SELECT create_reference_table($1)';

/**
 * Distributes the tables that are not distributed yet, each in a transaction of its own, so that a
 * run which was cut short goes on where it ended. Several processes may call it at once: each step
 * locks the schema's history first. A plain Postgres is refused with an error that says what is
 * missing. On tables that hold rows already it moves them, while nobody can write.
 *
 * @param shards into how many shards the lanes are cut, 1 to 64; read for the first table only
 */
export async function distribute(db: Database, plan: Distribution, shards = 16): Promise<void> {
  await assertCitus(db);
  for (const table of plan.everywhere) {
    await distributeTable(db, table, EVERYWHERE, [table]);
  }
  for (const { index, sql } of plan.plainIndexes ?? []) await replaceIndex(db, index, sql);
  const [first, ...others] = plan.byLane;
  if (first === undefined) return;
  await distributeTable(db, first, BY_LANE_FIRST, [first, shards]);
  for (const table of others) await distributeTable(db, table, BY_LANE, [table, first]);
}

/** Throws unless every table of the plan is distributed; changes nothing. */
export async function assertDistributed(db: Database, plan: Distribution): Promise<void> {
  await assertCitus(db);
  const known = await distributedTables(db);
  const missing = [...plan.everywhere, ...plan.byLane].find((table) => !known.has(table));
  if (missing !== undefined) {
    throw new Error(`table ${missing} is not distributed; run \`migrate\` of this release first`);
  }
}

const SHARDS = `
  SELECT lane, get_shard_id_for_distribution_column(to_regclass($1), lane::smallint) AS shard
    FROM generate_series(0, $2::integer - 1) AS lane`;

/** Which lanes lie together. Moving a shard to another node changes nothing of it, splitting one does. */
export async function readShards(db: Queryable, plan: Distribution): Promise<Shards> {
  const rows = await db.query<{ lane: number; shard: bigint }>(SHARDS, [plan.byLane[0], LANES]);
  return new Shards(new Map(rows.map(({ lane, shard }) => [lane, shard])));
}

async function assertCitus(db: Database): Promise<void> {
  const [citus] = await db.query(EXTENSION);
  if (citus === undefined) {
    throw new Error(
      'DISTRIBUTE_BY_LANE asks for a Citus cluster: this database lacks its extension',
    );
  }
}

async function distributedTables(from: Queryable): Promise<Set<string>> {
  const rows = await from.query<{ table: string }>(DISTRIBUTED).catch((cause) => {
    if (codeOf(cause) === UNDEFINED_TABLE) return [];
    throw cause;
  });
  return new Set(rows.map(({ table }) => table));
}

async function distributeTable(
  db: Database,
  table: string,
  statement: string,
  parameters: readonly unknown[],
): Promise<void> {
  const isNew = await db.transaction(async (tx) => {
    await tx.query(LOCK);
    if ((await distributedTables(tx)).has(table)) return false;
    // Ours only refuse changes to what is kept for ever, which they do as well in a shard.
    await tx.query(ALLOW_TRIGGERS);
    await tx.query(statement, parameters);
    return true;
  }, LIMITS);
  if (isNew) db.log.info({ table }, 'a table was distributed');
}

const IS_UNIQUE = `
  SELECT indisunique AS unique FROM pg_index WHERE indexrelid = to_regclass($1)`;

async function replaceIndex(db: Database, index: string, sql: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(LOCK);
    const [found] = await tx.query<{ unique: boolean }>(IS_UNIQUE, [index]);
    if (found?.unique !== true) return;
    await tx.query(`DROP INDEX ${index}`);
    await tx.query(sql);
  }, LIMITS);
}
