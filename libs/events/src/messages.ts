import { FactBatch } from '@causeway/proto/common';
import { isUuid, LANES, uuidFrom } from '@causeway/runtime';
import type { JsMsg } from '@nats-io/jetstream';
import type { Fact } from './fact.ts';

/** A message as it is published. */
export interface Message {
  subject: string;
  payload: Uint8Array;
  /** By which JetStream drops what it has stored already. */
  id: string;
}

/** What a consumer holds in memory is so many messages of this size. */
const MAX_MESSAGE_BYTES = 64 << 10;

/**
 * The messages of one batch: one per subject, more where it is large. A batch that is published
 * again, by whomever, makes the same messages with the same ids.
 */
export function messagesOf(batchId: string, facts: readonly Fact[]): Message[] {
  const parts = bySubject(facts.toSorted((a, b) => (a.factId < b.factId ? -1 : 1))).flatMap(
    inParts,
  );
  return parts.map((part, index) => ({
    subject: part[0]?.subject ?? '',
    payload: FactBatch.encode({ facts: part.map(published) }).finish(),
    id: `${batchId}.${index}`,
  }));
}

function bySubject(facts: readonly Fact[]): Fact[][] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const group = groups.get(fact.subject);
    if (group === undefined) groups.set(fact.subject, [fact]);
    else group.push(fact);
  }
  return [...groups.values()];
}

function inParts(facts: readonly Fact[]): Fact[][] {
  const parts: Fact[][] = [];
  let part: Fact[] = [];
  let bytes = 0;
  for (const fact of facts) {
    if (part.length === 0 || bytes + fact.payload.length > MAX_MESSAGE_BYTES) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(fact);
    bytes += fact.payload.length;
  }
  return parts;
}

function published({ factId, lane, payload, traceparent }: Fact) {
  // The encoder asks for a Buffer's type and reads it as bytes.
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return { factId, lane, payload: bytes, traceparent: traceparent ?? '' };
}

/**
 * The facts of a message, at least one. A message that no publisher of ours sent becomes one fact
 * with a key of its own, to be parked under when nobody can handle it.
 */
export function factsIn(stream: string, message: Pick<JsMsg, 'subject' | 'data' | 'seq'>): Fact[] {
  const { subject, data, seq } = message;
  const facts = decoded(data).map(({ factId, lane, payload, traceparent }) => ({
    ...{ lane, factId, subject, payload },
    traceparent: traceparent || undefined,
  }));
  if (facts.length > 0 && facts.every(isWhole)) return facts;
  const factId = uuidFrom('foreign-message', stream, String(seq));
  return [{ lane: 0, factId, subject, payload: data, traceparent: undefined }];
}

function decoded(data: Uint8Array): FactBatch['facts'] {
  try {
    return FactBatch.decode(data).facts;
  } catch {
    return [];
  }
}

function isWhole({ factId, lane }: Fact): boolean {
  return isUuid(factId) && lane < LANES;
}
