import type { Database } from '@causeway/db';
import { TransitFindingKind } from '@causeway/proto/acquiring';
import type { RoutingServiceService } from '@causeway/proto/routing';
import { TransitMisuse } from '@causeway/proto/wallet';
import type { Client } from '@causeway/rpc';
import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import { misuseReported } from '../../metrics.ts';
import { claimReports, type FindingRow, markTold } from './store.ts';

const LOOK_MS = 1_000;
const LEASE_MS = 10_000;
const CLAIM_LIMIT = 32;

const MISUSE: Partial<Record<TransitFindingKind, TransitMisuse>> = {
  [TransitFindingKind.REPLAYED_CODE]: TransitMisuse.REPLAYED_CODE,
  [TransitFindingKind.CLONED_KEY]: TransitMisuse.CLONED_KEY,
  [TransitFindingKind.UNPAID]: TransitMisuse.UNPAID,
};

/** What reporting works with. */
export interface Reporting {
  db: Database;
  routing: Pick<Client<typeof RoutingServiceService>, 'reportTransitMisuse'>;
}

/** Tells wallet operators of grants that must be stopped, until they know. */
export function startReporting(reporting: Reporting, runtime: Runtime): { stop(): Promise<void> } {
  const untold = new Trouble(runtime, 'a wallet operator was not told of a misused grant');
  let telling = Promise.resolve();
  const look = async () => {
    try {
      const due = await claimReports(reporting.db, LEASE_MS, CLAIM_LIMIT);
      for (const finding of due) await tell(reporting, finding);
      untold.passed();
    } catch (err) {
      untold.failed({ err });
    }
  };
  const cancel = runtime.timers.every(LOOK_MS, () => {
    telling = look();
    return telling;
  });
  return {
    async stop() {
      cancel();
      await telling;
    },
  };
}

async function tell({ db, routing }: Reporting, finding: FindingRow): Promise<void> {
  const misuse = MISUSE[finding.kind];
  if (misuse === undefined) throw new Error(`finding ${finding.findingId} is no misuse`);
  const { issuerId, grantId } = finding;
  await routing.reportTransitMisuse({ issuerId, grantId, misuse });
  await failpoint('acquiring.misuse.reported');
  await markTold(db, finding);
  misuseReported.add(1, { kind: TransitFindingKind[finding.kind] ?? '' });
}
