import type { Runtime, Secret } from '@causeway/runtime';
import type { NamedKey } from '../keys.ts';
import { webhookAttempts, webhookSeconds } from '../metrics.ts';
import { bodyOf } from './body.ts';
import type { ClaimedDelivery, Outcome } from './delivery-store.ts';
import { pauseMs } from './pauses.ts';
import type { Answer, Post } from './post.ts';
import { unseal } from './sealing.ts';
import { signedHeaders } from './sign.ts';

/** What an attempt works with. */
export interface Sending {
  runtime: Runtime;
  keys: readonly NamedKey[];
  post: Post;
}

/** By 410 Gone a target says that it wants no more messages at all. */
const GONE = 410;
const WAITING = 1;
const DELIVERED = 2;
const FAILED = 3;

/** Sends one message once. Never rejects: whatever went wrong is an answer, and comes again. */
export async function attempt(
  { runtime, keys, post }: Sending,
  delivery: ClaimedDelivery,
): Promise<Answer> {
  const startedMs = runtime.clock.monotonicMs();
  let answer: Answer;
  try {
    const body = bodyOf(delivery);
    const nowMs = runtime.clock.nowMs();
    const timestampSeconds = Math.floor(nowMs / 1_000);
    const signing = secretsOf(keys, delivery, nowMs);
    const message = { id: delivery.factId, timestampSeconds, body };
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Causeway-Webhooks/1',
      ...signedHeaders(signing, message),
    };
    answer = await post(delivery.url, headers, body);
  } catch (err) {
    const { partnerId, webhookId, factId } = delivery;
    runtime.log.error({ err, partnerId, webhookId, factId }, 'a webhook cannot be sent');
    answer = { status: 0, error: 'could not be made ready to be sent', retryAfterMs: 0 };
  }
  webhookAttempts.add(1, { delivered: answer.error === '' });
  webhookSeconds.record((runtime.clock.monotonicMs() - startedMs) / 1_000);
  return answer;
}

/** What an answer makes of a delivery: delivered, to be tried again, or given up. */
export function outcomeOf(
  { lane, hookId, seq, fence, failureCount }: ClaimedDelivery,
  { status, error, retryAfterMs }: Answer,
  { clock, random }: Pick<Runtime, 'clock' | 'random'>,
): Outcome {
  const told = { lane, hookId, seq, fence, status, error };
  if (error === '') return { ...told, state: DELIVERED, dueAt: undefined };
  const pause = pauseMs(failureCount + 1, retryAfterMs, random);
  if (pause === undefined) return { ...told, state: FAILED, dueAt: undefined };
  return { ...told, state: WAITING, dueAt: new Date(clock.nowMs() + pause) };
}

/** Whether the target wants nothing more from this webhook. */
export function wantsNoMore({ status }: Answer): boolean {
  return status === GONE;
}

function secretsOf(
  keys: readonly NamedKey[],
  { hookId, secret, oldSecret, oldUntil }: ClaimedDelivery,
  nowMs: number,
): Secret<Uint8Array>[] {
  const present = unseal(keys, hookId, secret);
  const isOver = oldUntil === null || oldUntil.getTime() <= nowMs;
  return oldSecret === null || isOver ? [present] : [present, unseal(keys, hookId, oldSecret)];
}
