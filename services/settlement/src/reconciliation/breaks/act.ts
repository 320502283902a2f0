import type { Database } from '@causeway/db';
import { isCurrency, MAX_AMOUNT_MINOR } from '@causeway/money';
import type {
  AssignBreakRequest,
  Break,
  CommentBreakRequest,
  ResolveBreakRequest,
} from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { Refusal, type Runtime } from '@causeway/runtime';
import type { Commands } from '../../commands/commands.ts';
import { reconciliationById } from '../view/store.ts';
import { type BreakRow, toBreak } from './break.ts';
import { ASSIGN, COMMENT, RESOLVE } from './commands.ts';
import { breakById } from './store.ts';

/** What acting on breaks needs. */
export interface ActDeps {
  db: Database;
  runtime: Runtime;
  commands: Commands;
}

const MAX_SAID = 1_000;

/** Gives a break to somebody. Throws FIELD_INVALID, BREAK_UNKNOWN, BREAK_CLOSED, IDEMPOTENCY_KEY_REUSED. */
export async function assignBreak(
  deps: ActDeps,
  operatorId: string,
  { commandId, breakId, assignee }: AssignBreakRequest,
): Promise<Break> {
  const fields = fieldsOf(commandId, breakId);
  fields.text('assignee', assignee, { min: 0, max: 64 });
  await breakAsked(deps, fields, breakId);
  const body = { break_id: breakId, assignee };
  await deps.commands.execute(ASSIGN, { commandId, operatorId, body });
  return told(deps, breakId);
}

/** Says something about a break. Throws FIELD_INVALID, BREAK_UNKNOWN, IDEMPOTENCY_KEY_REUSED. */
export async function commentBreak(
  deps: ActDeps,
  operatorId: string,
  { commandId, breakId, text }: CommentBreakRequest,
): Promise<Break> {
  const fields = fieldsOf(commandId, breakId);
  fields.text('text', text, { max: MAX_SAID });
  await breakAsked(deps, fields, breakId);
  const body = { break_id: breakId, text };
  await deps.commands.execute(COMMENT, { commandId, operatorId, body });
  return told(deps, breakId);
}

/** Closes a break, and posts what puts money right. Throws as assignBreak. */
export async function resolveBreak(
  deps: ActDeps,
  operatorId: string,
  { commandId, breakId, reason, adjustment }: ResolveBreakRequest,
): Promise<Break> {
  const fields = fieldsOf(commandId, breakId);
  fields.text('reason', reason, { max: MAX_SAID });
  const { currencyCode = '', amountMinor = 0n } = adjustment ?? {};
  if (adjustment !== undefined && !isCurrency(currencyCode)) {
    fields.wrong('adjustment.currency_code', 'must be a known currency');
  }
  const magnitude = amountMinor < 0n ? -amountMinor : amountMinor;
  if (adjustment !== undefined && (magnitude === 0n || magnitude > MAX_AMOUNT_MINOR)) {
    fields.wrong('adjustment.amount_minor', 'must be an amount, and not zero');
  }
  const { reconciliationId } = await breakAsked(deps, fields, breakId);
  const source = (await reconciliationById(deps.db, undefined, reconciliationId))?.source;
  const participant = source?.kind === 'partner' ? source.participant : undefined;
  const body = {
    ...{ break_id: breakId, reason, currency_code: currencyCode },
    ...{ participant_kind: participant?.kind ?? '', participant_id: participant?.id ?? '' },
    adjustment_minor: String(amountMinor),
  };
  await deps.commands.execute(RESOLVE, { commandId, operatorId, body });
  return told(deps, breakId);
}

function fieldsOf(commandId: string, breakId: string): RequestFields {
  const fields = new RequestFields();
  fields.uuid('command_id', commandId);
  fields.uuid('break_id', breakId);
  return fields;
}

/** The break that a request is about, once its fields are right. */
async function breakAsked(
  { db }: ActDeps,
  fields: RequestFields,
  breakId: string,
): Promise<BreakRow> {
  fields.refuse();
  const row = await breakById(db, breakId);
  if (row === undefined) throw new Refusal('BREAK_UNKNOWN', 'there is no such break');
  return row;
}

async function told({ db, runtime }: ActDeps, breakId: string): Promise<Break> {
  const row = await breakById(db, breakId);
  if (row === undefined) throw new Error('a break is gone');
  return toBreak(row, runtime.clock.now());
}
