import type { RebuildReport } from '@causeway/proto/settlement';
import { OPERATOR_ID } from '../seed/seed.ts';
import type { Stage } from './stage.ts';

/** The least that is allowed: whoever asks has seen the facts of the tour booked. */
const GRACE_SECONDS = 1;

/** Has settlement make its books again. Answers what is wrong; empty where they are the same. */
export async function rebuildBooks(stage: Stage): Promise<string> {
  const { rebuilds } = stage.callers.as(OPERATOR_ID);
  for await (const { step } of rebuilds.rebuildBooks({ graceSeconds: GRACE_SECONDS })) {
    if (step?.$case !== 'report') continue;
    const { factCount, commandCount } = step.value;
    const read = `${factCount} facts, ${commandCount} commands`;
    stage.screen.step('operator', 'has the books made again from their beginnings', read);
    return wrongIn(step.value);
  }
  return 'no report';
}

function wrongIn({ problems, tables }: RebuildReport): string {
  const rows = tables.flatMap(({ name, differences }) =>
    differences.map(({ key }) => `${name} ${key}`),
  );
  return [...problems, ...rows].join('; ');
}
