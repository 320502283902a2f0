import type { Queryable, Tx } from '@causeway/db';
import type { Command, Json } from './commands.ts';

/** What tells a command from another of its id. */
export interface CommandRow {
  kind: string;
  body: Json;
}

/** Makes this transaction the only one that records commands until it ends. Readers go on. */
export async function lockCommands(tx: Tx): Promise<void> {
  await tx.query('LOCK TABLE commands IN SHARE ROW EXCLUSIVE MODE', []);
}

export async function commandById(tx: Tx, commandId: string): Promise<CommandRow | undefined> {
  const [row] = await tx.query<CommandRow>(
    'SELECT kind, body FROM commands WHERE command_id = $1',
    [commandId],
  );
  return row;
}

/** Records a command behind all others; whoever calls holds the lock. Answers its place. */
export async function recordCommand(tx: Tx, command: Omit<Command, 'seq'>): Promise<bigint> {
  const [row] = await tx.query<{ seq: bigint }>(
    `INSERT INTO commands (command_id, seq, kind, operator_id, body, recorded_at)
     SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5 FROM commands RETURNING seq`,
    [
      command.commandId,
      command.kind,
      command.operatorId,
      JSON.stringify(command.body),
      command.recordedAt,
    ],
  );
  if (!row) throw new Error('a command was not recorded');
  return row.seq;
}

/** The place of the last command; zero before the first. */
export async function lastCommandSeq(db: Queryable): Promise<bigint> {
  const [row] = await db.query<{ seq: bigint }>(
    'SELECT coalesce(max(seq), 0)::bigint AS seq FROM commands',
    [],
  );
  return row?.seq ?? 0n;
}

/** Commands behind a place, in their order. */
export function commandsAfter(db: Queryable, seq: bigint, limit: number): Promise<Command[]> {
  return db.query(
    `SELECT command_id AS "commandId", seq, kind, operator_id AS "operatorId", body,
            recorded_at AS "recordedAt"
       FROM commands WHERE seq > $1 ORDER BY seq LIMIT $2`,
    [seq, limit],
  );
}

/** Records a command at the place that it has in another journal. */
export async function restoreCommand(tx: Tx, command: Command): Promise<void> {
  await tx.query(
    `INSERT INTO commands (command_id, seq, kind, operator_id, body, recorded_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      command.commandId,
      command.seq,
      command.kind,
      command.operatorId,
      JSON.stringify(command.body),
      command.recordedAt,
    ],
  );
}
