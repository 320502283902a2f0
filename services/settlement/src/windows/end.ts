import type {
  AbortWindowRequest,
  SettleWindowRequest,
  Window as WindowMessage,
} from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { uuidFrom } from '@causeway/runtime';
import { keyBody } from './body.ts';
import { ABORT_WINDOW, SETTLE_WINDOW } from './commands.ts';
import { described } from './get.ts';
import { keyNamed, windowNamed } from './named.ts';
import type { WindowDeps } from './rpc.ts';

/**
 * Records that a pending window's money has moved. Throws FIELD_INVALID, WINDOW_UNKNOWN,
 * WINDOW_NOT_PENDING, IDEMPOTENCY_KEY_REUSED.
 */
export async function settleWindow(
  { db, commands, agreements }: WindowDeps,
  operatorId: string,
  request: SettleWindowRequest,
): Promise<WindowMessage> {
  const fields = new RequestFields();
  fields.identifier('bank_reference', request.bankReference);
  const key = keyNamed(fields, request);
  const window = await windowNamed(db, key);
  const { kind, id } = key.participant;
  const { method } = await agreements.version(key.participant, window.agreementVersion ?? 0);
  await commands.execute(SETTLE_WINDOW, {
    commandId: uuidFrom(SETTLE_WINDOW.kind, kind, id, key.clearingDate),
    operatorId,
    body: { ...keyBody(key), bankReference: request.bankReference, method },
  });
  return described(db, await windowNamed(db, key));
}

/** Gives a pending window up. Throws as settleWindow. */
export async function abortWindow(
  { db, commands }: WindowDeps,
  operatorId: string,
  request: AbortWindowRequest,
): Promise<WindowMessage> {
  const fields = new RequestFields();
  fields.text('reason', request.reason, { max: 256 });
  const key = keyNamed(fields, request);
  await windowNamed(db, key);
  const { kind, id } = key.participant;
  await commands.execute(ABORT_WINDOW, {
    commandId: uuidFrom(ABORT_WINDOW.kind, kind, id, key.clearingDate),
    operatorId,
    body: { ...keyBody(key), reason: request.reason },
  });
  return described(db, await windowNamed(db, key));
}
