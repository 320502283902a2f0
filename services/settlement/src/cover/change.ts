import type { Database, Tx } from '@causeway/db';
import { isCurrency, MAX_AMOUNT_MINOR } from '@causeway/money';
import type { Money, Participant } from '@causeway/proto/common';
import type { Cover, SetCapRequest, TopUpRequest } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { Refusal, type Runtime } from '@causeway/runtime';
import type { Commands } from '../commands/commands.ts';
import { participantOf } from '../participants.ts';
import {
  coverKeyOf,
  type LiquidityBody,
  setCapCommand,
  topUpCommand,
  withdrawCommand,
} from './commands.ts';
import { coverUnknown, toCover } from './list.ts';
import type { CoverKey } from './position.ts';
import { coverPosition, lockCover, putRecall } from './store.ts';

export interface ChangeDeps {
  db: Database;
  commands: Commands;
  runtime: Runtime;
}

/** How long a withdrawal waits for routing to return what it does not need. */
const RECALL_MS = 4_000;
const LOOK_MS = 200;

/** Sets a cap, or lifts it. Refuses FIELD_INVALID, IDEMPOTENCY_KEY_REUSED. */
export async function setCap(
  deps: ChangeDeps,
  { commandId, participant, currencyCode, capMinor }: SetCapRequest,
  operatorId: string,
): Promise<Cover> {
  const fields = new RequestFields();
  fields.uuid('command_id', commandId);
  if (!isCurrency(currencyCode)) fields.wrong('currency_code', 'must be a currency known here');
  if (capMinor !== undefined && (capMinor < 0n || capMinor > MAX_AMOUNT_MINOR)) {
    fields.wrong('cap_minor', `must be 0 to ${MAX_AMOUNT_MINOR}`);
  }
  const named = checkedParticipant(fields, participant);
  const body = { ...named, currencyCode, capMinor: capMinor === undefined ? null : `${capMinor}` };
  await deps.commands.execute(setCapCommand, { commandId, operatorId, body });
  return coverAfter(deps, coverKeyOf(body));
}

/** Books liquidity that came. Refuses FIELD_INVALID, IDEMPOTENCY_KEY_REUSED. */
export async function topUp(
  deps: ChangeDeps,
  request: TopUpRequest,
  operatorId: string,
): Promise<Cover> {
  const body = checkedLiquidity(request);
  const { commandId } = request;
  await deps.commands.execute(topUpCommand, { commandId, operatorId, body });
  return coverAfter(deps, coverKeyOf(body));
}

/**
 * Books liquidity that goes. Where slices hold what is asked for, they are called back first. Refuses
 * FIELD_INVALID, IDEMPOTENCY_KEY_REUSED, COVER_UNKNOWN, COVER_IN_USE.
 */
export async function withdraw(
  deps: ChangeDeps,
  request: TopUpRequest,
  operatorId: string,
): Promise<Cover> {
  const { commands, db, runtime } = deps;
  const body = checkedLiquidity(request);
  const key = coverKeyOf(body);
  const handler = withdrawCommand(refuseUsed);
  const untilMs = runtime.clock.nowMs() + RECALL_MS;
  for (;;) {
    try {
      await commands.execute(handler, { commandId: request.commandId, operatorId, body });
      return await coverAfter(deps, key);
    } catch (error) {
      const isHeld = error instanceof Refusal && error.metadata.recallable === 'true';
      if (!isHeld || runtime.clock.nowMs() >= untilMs) throw error;
    }
    await putRecall(db, key, new Date(untilMs + LOOK_MS));
    await runtime.timers.sleep(LOOK_MS);
  }
}

/** What is used, or reserved by payments on their way, stays. */
async function refuseUsed(tx: Tx, body: LiquidityBody): Promise<void> {
  const key = coverKeyOf(body);
  await lockCover(tx, key);
  const position = await coverPosition(tx, key);
  if (!position) throw coverUnknown();
  const amountMinor = BigInt(body.amountMinor);
  const { prefundedMinor, capMinor, availableMinor, leasedMinor } = position;
  const isLimited = capMinor !== undefined;
  const freeMinor = isLimited ? availableMinor : prefundedMinor;
  if (amountMinor <= prefundedMinor && amountMinor <= freeMinor) return;
  const isRecallable = amountMinor <= prefundedMinor && amountMinor <= freeMinor + leasedMinor;
  throw new Refusal('COVER_IN_USE', 'more than is prefunded and neither used nor leased', {
    metadata: {
      prefunded_minor: `${prefundedMinor}`,
      available_minor: `${availableMinor}`,
      leased_minor: `${leasedMinor}`,
      recallable: `${isRecallable}`,
    },
  });
}

async function coverAfter({ db }: ChangeDeps, key: CoverKey): Promise<Cover> {
  const position = await coverPosition(db, key);
  if (!position) throw new Error('cover was changed and is not there');
  return toCover(position);
}

function checkedLiquidity(request: {
  commandId: string;
  participant: Participant | undefined;
  amount: Money | undefined;
  reference: string;
}): LiquidityBody {
  const { commandId, participant, amount, reference } = request;
  const { currencyCode = '', amountMinor = 0n } = amount ?? {};
  const fields = new RequestFields();
  fields.uuid('command_id', commandId);
  fields.text('reference', reference, { max: 140 });
  if (!isCurrency(currencyCode) || amountMinor <= 0n || amountMinor > MAX_AMOUNT_MINOR) {
    fields.wrong('amount', 'must be an amount above zero in a currency known here');
  }
  const named = checkedParticipant(fields, participant);
  return { ...named, currencyCode, amountMinor: `${amountMinor}`, reference };
}

/** Refuses everything that was found wrong before, too. */
function checkedParticipant(fields: RequestFields, message: Participant | undefined) {
  const participant = participantOf(message);
  fields.text('participant.participant_id', participant?.id ?? '', { max: 64 });
  fields.refuse();
  const { kind = 'issuer', id = '' } = participant ?? {};
  return { participantKind: kind, participantId: id };
}
