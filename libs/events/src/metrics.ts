import { counter, gauge, histogram } from '@causeway/runtime';

export const published = counter('causeway.events.published', {
  unit: '{event}',
  description: 'Facts that JetStream acknowledged.',
  attributes: ['stream'],
});

export const publishFailures = counter('causeway.events.publish_failures', {
  unit: '{event}',
  description: 'Attempts to publish a fact that were not acknowledged; each is repeated.',
  attributes: ['stream'],
});

export const oldestQueued = gauge('causeway.events.oldest_queued', {
  unit: 's',
  description: 'How long a committed fact has been waiting to be published.',
  attributes: ['stream'],
});

export const unpublishable = gauge('causeway.events.unpublishable_now', {
  unit: '{commit}',
  description: 'Commits with a fact too large for NATS, which wait for an operator; alert above 0.',
  attributes: ['stream'],
});

export const handled = counter('causeway.events.handled', {
  unit: '{event}',
  description: 'Messages that a consumer handled and acknowledged.',
  attributes: ['durable'],
});

export const handleDuration = histogram('causeway.events.handle_duration', {
  unit: 's',
  description: 'How long a consumer took for one batch of messages.',
  attributes: ['durable'],
});

export const retried = counter('causeway.events.retried', {
  unit: '{event}',
  description: 'Messages that failed alone and are tried again.',
  attributes: ['durable'],
});

export const parkedNow = gauge('causeway.events.parked_now', {
  unit: '{event}',
  description: 'Messages that are parked and wait for an operator, by consumer; alert above 0.',
  attributes: ['durable'],
});

export const parked = counter('causeway.events.parked', {
  unit: '{event}',
  description: 'Messages that a consumer gave up on; each needs an operator.',
  attributes: ['durable'],
});

export const lag = gauge('causeway.events.lag', {
  unit: '{message}',
  description:
    'Messages of the stream that a consumer has not acknowledged, by consumer; the same for each of its replicas.',
  attributes: ['durable'],
});
