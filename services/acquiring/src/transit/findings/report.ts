import type { Database } from '@causeway/db';
import { TransitFindingKind } from '@causeway/proto/acquiring';
import type { RoutingServiceService } from '@causeway/proto/routing';
import { TransitMisuse } from '@causeway/proto/wallet';
import type { Client } from '@causeway/rpc';
import { failpoint, type Runtime } from '@causeway/runtime';
import { misuseReported } from '../../metrics.ts';
import { failuresOf, type Running, startLooking } from '../looking.ts';
import { claimReports, type FindingRow, markTold } from './store.ts';

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
export function startReporting(reporting: Reporting, runtime: Runtime): Running {
  return startLooking(runtime, 'a wallet operator was not told of a misused grant', async () => {
    const due = await claimReports(reporting.db, LEASE_MS, CLAIM_LIMIT);
    // One that does not answer keeps nobody from hearing of the others.
    return failuresOf(due.map((finding) => tell(reporting, finding)));
  });
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
