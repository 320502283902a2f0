import { currentTraceparent, span, withTraceparent } from '@causeway/runtime';
import { deferred } from '@nats-io/transport-node';
import type { Fact } from './fact.ts';

/**
 * Runs `handle` so that the trace of each fact shows it. A fact alone is handled inside its
 * trace; a batch belongs to no single trace, so each sampled one gets a span of its own beside it.
 */
export function traced(
  durable: string,
  facts: readonly Fact[],
  handle: () => Promise<void>,
): Promise<void> {
  const spanned = (fact: Fact, run: () => Promise<void>) =>
    withTraceparent(fact.traceparent, () => {
      const attributes = {
        'messaging.consumer.group.name': durable,
        'messaging.destination.name': fact.subject,
        'messaging.batch.message_count': facts.length,
      };
      return span('events.handle', attributes, run, 'consumer');
    });
  const [first] = facts;
  if (first !== undefined && facts.length === 1) return spanned(first, handle);
  const outcome = withTraceparent(undefined, handle);
  for (const fact of facts) {
    // The caller sees the failure in `outcome`; here it only marks the span.
    if (fact.traceparent !== undefined) spanned(fact, () => outcome).catch(() => {});
  }
  return outcome;
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
  let traceparent = fact.traceparent;
  const run = () => {
    traceparent = currentTraceparent() ?? traceparent;
    return outcome;
  };
  const attributes = { 'messaging.destination.name': fact.subject };
  withTraceparent(fact.traceparent, () =>
    span('events.publish', attributes, run, 'producer'),
  ).catch(() => {});
  return { ...fact, traceparent };
}
