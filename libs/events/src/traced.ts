import { span, withTraceparent } from '@causeway/runtime';
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
