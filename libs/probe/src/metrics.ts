import { counter, gauge } from '@causeway/runtime';

export const findingsNow = gauge('causeway.probe.findings', {
  unit: '{finding}',
  description: 'Lanes in which a rule of the books does not hold now, by rule; alert above 0.',
  attributes: ['check'],
});

export const goodAge = gauge('causeway.probe.good_age', {
  unit: 's',
  description: 'Since when the books were last found good in every lane; alert where it grows.',
});

export const lanesChecked = counter('causeway.probe.lanes', {
  unit: '{lane}',
  description: 'Lanes that were looked at, by whether that could be done: seen or unknown.',
  attributes: ['outcome'],
});
