import type { Policy, Route, SimulatePolicyResponse } from '@causeway/proto/routing';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { paid, type Replica, replicaOn } from '../replica.fixture.ts';
import { policyWith, ruleWith, split } from '../testing.ts';

const { db } = await testDatabase(migrations);
const replica = (routes?: readonly Route[]) => replicaOn(db, routes);
const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

describe('a simulation', () => {
  const all = async (answers: AsyncIterable<SimulatePolicyResponse>) => {
    const found: SimulatePolicyResponse[] = [];
    for await (const answer of answers) found.push(answer);
    return found;
  };
  const draft = (policy: Policy) => ({ $case: 'draft' as const, value: policy });
  const run = (
    { simulator }: Replica,
    policy: ReturnType<typeof draft> | { $case: 'version'; value: bigint } | undefined,
    maxPayments = 0n,
  ) => simulator.run({ policy, fromTime: undefined, maxPayments }, new AbortController().signal);

  test('tells what a policy would have changed, of the newest payments', async () => {
    const one = await replica();
    for (let n = 0; n < 40; n += 1) await paid(one);
    const half = policyWith([ruleWith('half', split({ 'th-cheap': 50, 'th-dear': 50 }))]);
    const answers = await all(run(one, draft(half), 40n));
    expect(answers[0]).toEqual({ decidedCount: 40n, totalCount: 40n, report: undefined });
    const report = answers.at(-1)?.report;
    const moved = report?.changedCount ?? 0n;
    expect(moved).toBeGreaterThan(5n);
    expect(moved).toBeLessThan(35n);
    expect(report).toMatchObject({
      paymentCount: 40n,
      unroutedCount: 0n,
      costBpsBefore: '100.25',
      moves: [{ fromRouteId: 'th-cheap', toRouteId: 'th-dear', paymentCount: moved }],
    });
    // Each that moved costs 40 bps more.
    const more = 40_0000n * moved;
    expect(report?.costBpsAfter).toBe(decimal(100_2500n + more / 40n));
    const same = await all(run(one, { $case: 'version', value: 0n }, 40n));
    expect(same.at(-1)?.report).toMatchObject({ changedCount: 0n, moves: [] });
  });

  test('is refused where its policy is not sound, and where one runs already', async () => {
    const one = await replica();
    const wrong = policyWith([ruleWith('gone', split({ 'th-gone': 100 }))]);
    await expect(all(run(one, draft(wrong)))).rejects.toThrow(refused('FIELD_INVALID'));
    await expect(all(run(one, undefined))).rejects.toThrow(refused('FIELD_INVALID'));
    await expect(all(run(one, draft(policyWith([])), -1n))).rejects.toThrow(
      refused('FIELD_INVALID'),
    );
    const unknown = { $case: 'version' as const, value: 999n };
    await expect(all(run(one, unknown))).rejects.toThrow(refused('POLICY_UNKNOWN'));
    const first = run(one, draft(policyWith([])));
    await first.next();
    await expect(all(run(one, draft(policyWith([]))))).rejects.toThrow(
      refused('SIMULATION_IN_PROGRESS'),
    );
    await first.return(undefined);
    expect((await all(run(one, draft(policyWith([]))))).length).toBeGreaterThan(1);
  });
});

function decimal(tenThousandths: bigint): string {
  const digits = String(tenThousandths);
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
}
