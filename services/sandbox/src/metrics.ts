import { counter } from '@causeway/runtime';

/** Prices of the sandbox's market that fx took. */
export const acceptedPrices = counter('causeway.sandbox.prices.accepted', {
  unit: '{price}',
  description: 'Prices of the moving market that fx accepted.',
});

/** Prices that a guard of fx refused. */
export const refusedPrices = counter('causeway.sandbox.prices.refused', {
  unit: '{price}',
  description: 'Prices of the moving market that a guard refused.',
});

/** Calls that the traffic generator made. */
export const trafficAnswers = counter('causeway.sandbox.traffic.answers', {
  unit: '{answer}',
  description: 'Answers that the traffic generator was given, by what was asked and the outcome.',
  attributes: ['asked', 'outcome'],
});
