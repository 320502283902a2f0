import { expect, test } from 'vitest';
import { FAULTS } from './faults/index.ts';
import { inTurns, type Job, mayBegin, roundsOf } from './rounds.ts';

/** The jobs of a round, each with those that went on when it began. */
async function begun(jobs: readonly Job[]) {
  const underWay = new Set<Job>();
  const seen: { job: Job; beside: Job[] }[] = [];
  await inTurns(jobs, async (job) => {
    seen.push({ job, beside: [...underWay] });
    underWay.add(job);
    for (let turn = 0; turn <= seen.length % 3; turn += 1) await Promise.resolve();
    underWay.delete(job);
  });
  return seen;
}

test.each([true, false])(
  'every fault happens once, and none meets another (quick: %s)',
  async (quick) => {
    const seen = (await Promise.all(roundsOf(FAULTS, quick).map(({ jobs }) => begun(jobs)))).flat();
    const ids = seen.flatMap(({ job }) => job.faults.map(({ id }) => id));
    expect(ids.toSorted((a, b) => a - b)).toEqual(FAULTS.map(({ id }) => id));
    expect(seen.filter(({ job, beside }) => !mayBegin(job, beside))).toEqual([]);
    expect(seen.some(({ beside }) => beside.length > 1)).toBe(true);
  },
);

test('what breaks everything is judged alone unless there is little time', () => {
  const killed = FAULTS.filter(({ id }) => id === 5 || id === 1);
  expect(roundsOf(killed, false).map(({ jobs }) => jobs.length)).toEqual([1, 1]);
  expect(roundsOf(killed, true).map(({ jobs }) => jobs.length)).toEqual([2]);
});

test('who asks for something of the same service shares it', () => {
  const sharing = FAULTS.filter(({ under }) => under !== undefined);
  const [round] = roundsOf(sharing, false);
  expect(round?.jobs).toHaveLength(1);
  for (const { under } of sharing) expect(round?.jobs[0]?.under).toMatchObject(under ?? {});
});
