import type { Database, Tx } from '@causeway/db';
import { type Clock, Refusal } from '@causeway/runtime';
import { type CommandRow, commandById, lockCommands, recordCommand } from './store.ts';

/** What a command says; amounts are decimal strings of minor units. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Something that changes the books besides routing's facts. */
export interface Command<Body extends Json = Json> {
  /** A UUID: the idempotency key, for ever. */
  commandId: string;
  /** Its place among all commands; they took effect in this order. */
  seq: bigint;
  /** What it is, for example `adjustment.post`. */
  kind: string;
  /** Who wanted it: an operator, a participant, or `system`. */
  operatorId: string;
  body: Body;
  recordedAt: Date;
}

/** What a kind of command does. */
export interface CommandHandler<Body extends Json = Json> {
  readonly kind: string;
  /**
   * Takes effect. Decides by the transaction's state, the body and `recordedAt` alone, so that the
   * books can be made again from the commands. Throws a Refusal to refuse, with nothing recorded.
   */
  apply(tx: Tx, command: Command<Body>): Promise<void>;
}

/** A command as it is asked for. */
export interface Asked<Body extends Json> {
  commandId: string;
  operatorId: string;
  body: Body;
}

/** The operator of what the service does by itself. */
export const SYSTEM = 'system';

/** The journal of commands. */
export class Commands {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a command and lets it take effect, in one commit. The same id with the same content is a
   * replay, which changes nothing. Throws IDEMPOTENCY_KEY_REUSED where it says something else, and
   * whatever the handler refuses.
   */
  execute<Body extends Json>(
    handler: CommandHandler<Body>,
    asked: Asked<Body>,
  ): Promise<'done' | 'replay'> {
    return this.db.transaction(async (tx) => {
      // One command at a time: each sees the books as the one before left them.
      await lockCommands(tx);
      const earlier = await commandById(tx, asked.commandId);
      if (earlier) return replayed(handler, earlier, asked);
      const { kind } = handler;
      const recordedAt = this.clock.now();
      const seq = await recordCommand(tx, { ...asked, kind, recordedAt });
      await handler.apply(tx, { ...asked, kind, recordedAt, seq });
      return 'done';
    });
  }
}

function replayed<Body extends Json>(
  { kind }: CommandHandler<Body>,
  earlier: CommandRow,
  { body }: Asked<Body>,
): 'replay' {
  if (earlier.kind === kind && canonical(earlier.body) === canonical(body)) return 'replay';
  throw new Refusal('IDEMPOTENCY_KEY_REUSED', 'this id was used before with other content');
}

/** The same text for the same content, in whatever order its keys stand. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
