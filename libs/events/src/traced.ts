import {
  currentTraceparent,
  linkedSpan,
  sampledTraceparent,
  span,
  withTraceparent,
} from '@causeway/runtime';
import { deferred } from '@nats-io/transport-node';
import type { Fact } from './fact.ts';

const SYSTEM = { 'messaging.system.name': 'nats' };
const PROCESS = {
  ...SYSTEM,
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
};
const SEND = {
  ...SYSTEM,
  'messaging.operation.name': 'publish',
  'messaging.operation.type': 'send',
};

/**
 * Runs `handle` so that the trace of each fact shows it. A fact alone is handled inside its
 * trace. A batch belongs to no single trace: it is handled in one of its own with a link to each
 * sampled fact, and each of those gets a span in its own trace that is linked to the batch's.
 */
export function traced(
  durable: string,
  facts: readonly Fact[],
  handle: () => Promise<void>,
): Promise<void> {
  const consumer = { ...PROCESS, 'messaging.consumer.group.name': durable };
  const [first] = facts;
  if (first !== undefined && facts.length === 1) return processed(consumer, first, [], handle);
  const sampled = facts.filter(({ traceparent }) => traceparent);
  const links = sampled.flatMap(({ traceparent = '' }) => traceparent);
  const attributes = { ...consumer, 'messaging.batch.message_count': facts.length };
  let batch: string | undefined;
  const outcome = linkedSpan(
    `process ${durable}`,
    attributes,
    () => {
      batch = sampledTraceparent();
      return handle();
    },
    { kind: 'consumer', links },
  );
  for (const fact of sampled) {
    // The caller sees the failure in `outcome`; here it only marks the span.
    processed(consumer, fact, batch === undefined ? [] : [batch], () => outcome).catch(() => {});
  }
  return outcome;
}

/** Runs a fact's share in a span under the one that sent it, which it is linked to as well. */
function processed(
  consumer: Record<string, string>,
  { subject, traceparent }: Fact,
  links: readonly string[],
  run: () => Promise<void>,
): Promise<void> {
  const attributes = { ...consumer, 'messaging.destination.name': subject };
  const created = traceparent ? [traceparent] : [];
  return withTraceparent(traceparent, () =>
    span(`process ${subject}`, attributes, run, {
      kind: 'consumer',
      links: [...created, ...links],
    }),
  );
}

/**
 * Runs `send` so that the trace of each sampled fact shows how long its batch took, and gives it
 * the facts with those spans as what a consumer's belong under.
 */
export function sent<Outcome>(
  facts: readonly Fact[],
  send: (traced: readonly Fact[]) => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = deferred<void>();
  const traced = facts.map((fact) => (fact.traceparent ? underSpan(fact, outcome) : fact));
  const sending = send(traced);
  sending.then(() => outcome.resolve(), outcome.reject);
  // Spans alone wait for it, and there may be none.
  outcome.catch(() => {});
  return sending;
}

function underSpan(fact: Fact, outcome: Promise<void>): Fact {
  const { subject } = fact;
  let { traceparent } = fact;
  const run = () => {
    traceparent = currentTraceparent() ?? traceparent;
    return outcome;
  };
  const attributes = { ...SEND, 'messaging.destination.name': subject };
  withTraceparent(traceparent, () =>
    span(`send ${subject}`, attributes, run, { kind: 'producer' }),
  ).catch(() => {});
  return { ...fact, traceparent };
}
