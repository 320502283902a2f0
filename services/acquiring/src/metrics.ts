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

/** Evidence and rejections rise where codes are copied or forged. */
export const tapsTaken = counter('causeway.acquiring.transit.taps', {
  unit: '{tap}',
  description: 'Taps recorded, by what became of them.',
  attributes: ['result'],
});

/** Rides whose fare is asked for and not answered yet. */
export const ridesDue = gauge('causeway.acquiring.transit.rides_due', {
  unit: '{ride}',
  description: 'Rides whose fare is known and not charged yet.',
});

/** Rises where wallet operators or routing are away. */
export const ridesDueAge = gauge('causeway.acquiring.transit.rides_due_age', {
  unit: 's',
  description: 'Age of the oldest ride whose fare is not charged yet.',
});

/** Loss that somebody bears. */
export const misuseReported = counter('causeway.acquiring.transit.misuse_reported', {
  unit: '{finding}',
  description: 'Findings that wallet operators were told of, by kind.',
  attributes: ['kind'],
});
