import {
  type RebuildBooksResponse,
  type RebuildReport,
  RebuildServiceService,
  RowDifferenceKind,
} from '@causeway/proto/settlement';
import { type Implementation, implement, RequestFields } from '@causeway/rpc';
import type { TableFinding } from './compare.ts';
import type { Difference } from './differences.ts';
import type { RebuildResult } from './rebuild.ts';
import { differencesIn, type RebuildStep, type Rebuilds } from './rebuilds.ts';

const DEFAULT_GRACE_S = 10;
const MAX_GRACE_S = 3_600;

/** RebuildService of settlement.v1. */
export function rebuildService(rebuilds: Pick<Rebuilds, 'run'>): Implementation {
  return implement(RebuildServiceService, {
    async *rebuildBooks({ graceSeconds }, { signal }) {
      const fields = new RequestFields();
      fields.within('grace_seconds', graceSeconds, 0, MAX_GRACE_S);
      fields.refuse();
      const graceMs = (graceSeconds || DEFAULT_GRACE_S) * 1_000;
      for await (const step of rebuilds.run(graceMs, signal)) yield responseOf(step);
    },
  });
}

function responseOf(step: RebuildStep): RebuildBooksResponse {
  if ('result' in step) return { step: { $case: 'report', value: reportOf(step.result) } };
  const { factCount, commandCount, table } = step.progress;
  return { step: { $case: 'progress', value: { factCount, commandCount, table } } };
}

function reportOf(result: RebuildResult): RebuildReport {
  const { asOf, factCount, bookingCount, lateCount, unbookableCount, commandCount } = result;
  return {
    identical: differencesIn(result) === 0n && result.problems.length === 0,
    snapshotTime: asOf,
    ...{ factCount, bookingCount, lateCount, unbookableCount, commandCount },
    problems: result.problems,
    tables: result.tables.map(tableOf),
  };
}

function tableOf({ name, live, rebuilt, differenceCount, differences }: TableFinding) {
  return {
    ...{ name, differenceCount, differences: differences.map(rowOf) },
    ...{ liveCount: live.count, liveDigest: live.digest },
    ...{ rebuiltCount: rebuilt.count, rebuiltDigest: rebuilt.digest },
  };
}

const KINDS: Record<Difference['kind'], RowDifferenceKind> = {
  missing: RowDifferenceKind.MISSING,
  unexplained: RowDifferenceKind.UNEXPLAINED,
  changed: RowDifferenceKind.CHANGED,
};

function rowOf({ key, kind, columns }: Difference) {
  return {
    ...{ key, kind: KINDS[kind] },
    columns: columns.map(({ name, live, rebuilt }) => ({
      ...{ name, live: live ?? '', rebuilt: rebuilt ?? '' },
    })),
  };
}
