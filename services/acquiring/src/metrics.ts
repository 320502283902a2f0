import { counter, gauge, histogram } from '@causeway/runtime';

/** Calls of partners that went to routing, by operation and outcome. */
export const routedCalls = counter('causeway.acquiring.routed_calls', {
  unit: '{call}',
  description: 'Calls of partners that went to routing, by operation and outcome.',
  attributes: ['operation', 'outcome'],
});

/** How long a partner's call took. */
export const routedSeconds = histogram('causeway.acquiring.routed_duration', {
  unit: 's',
  description: 'Time from accepting a partner call to its answer, retries included.',
  attributes: ['operation'],
});

/** Calls repeated because the first outcome was not known. */
export const routedRetries = counter('causeway.acquiring.routed_retries', {
  unit: '{call}',
  description: 'Repeats of calls to routing whose outcome was not known.',
});

/** How old the directory's knowledge is. */
export const directoryAge = gauge('causeway.acquiring.directory_age', {
  unit: 's',
  description: 'Time since the directory was last known to be complete.',
});

/** What the feed took in. */
export const feedFacts = counter('causeway.acquiring.feed_facts', {
  unit: '{fact}',
  description: 'Facts taken into the feed, by whether they were new.',
  attributes: ['new'],
});

/** Open WatchPayments streams. */
export const watchers = gauge('causeway.acquiring.watchers', {
  unit: '{stream}',
  description: 'Open WatchPayments streams.',
});

/** Messages sent to webhooks, once per attempt. */
export const webhookAttempts = counter('causeway.acquiring.webhook_attempts', {
  unit: '{attempt}',
  description: 'Attempts to send to webhooks, by whether the target took the message.',
  attributes: ['delivered'],
});

/** How long targets take. */
export const webhookSeconds = histogram('causeway.acquiring.webhook_duration', {
  unit: 's',
  description: 'Time from the start of an attempt to the end of its answer.',
});

/** Messages to webhooks under way. */
export const webhooksInFlight = gauge('causeway.acquiring.webhooks_in_flight', {
  unit: '{message}',
  description: 'Messages to webhooks under way from this replica.',
});

/** Messages that were not taken for a day. */
export const webhooksGivenUp = counter('causeway.acquiring.webhooks_given_up', {
  unit: '{message}',
  description: 'Messages given up after the last of their attempts.',
});
