import { counter, gauge, histogram } from '@causeway/runtime';

export const published = counter('causeway.events.published', {
  unit: '{event}',
  description: 'Facts that JetStream acknowledged.',
});

export const publishFailures = counter('causeway.events.publish_failures', {
  unit: '{event}',
  description: 'Attempts to publish a fact that were not acknowledged; each is repeated.',
});

export const oldestQueued = gauge('causeway.events.oldest_queued', {
  unit: 's',
  description: 'How long a committed fact has been waiting to be published.',
});

export const unpublishable = gauge('causeway.events.unpublishable_now', {
  unit: '{commit}',
  description: 'Commits with a fact too large for NATS, which wait for an operator; alert above 0.',
});

export const handled = counter('causeway.events.handled', {
  unit: '{event}',
  description: 'Messages that a consumer handled and acknowledged.',
});

export const handleDuration = histogram('causeway.events.handle_duration', {
  unit: 's',
  description: 'How long a consumer took for one batch of messages.',
});

export const retried = counter('causeway.events.retried', {
  unit: '{event}',
  description: 'Messages that failed alone and are tried again.',
});

export const parkedNow = gauge('causeway.events.parked_now', {
  unit: '{event}',
  description: 'Messages that are parked and wait for an operator, by consumer; alert above 0.',
});

export const parked = counter('causeway.events.parked', {
  unit: '{event}',
  description: 'Messages that a consumer gave up on; each needs an operator.',
});
