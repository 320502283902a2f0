import { integer } from '@causeway/runtime';

/** What every service with books can be told of its probe. */
export function probeSettings() {
  return {
    probeSeconds: integer('PROBE_SECONDS', {
      doc: 'between two looks at its own books; 0 looks never',
      default: 10,
      min: 0,
      max: 3_600,
    }),
    probeBudgetMs: integer('PROBE_BUDGET_MS', {
      doc: 'how long a look may go on from lane to lane before the next one takes it up',
      default: 200,
      min: 1,
      max: 60_000,
    }),
  };
}
