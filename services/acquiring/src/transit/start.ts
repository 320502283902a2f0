import type { Database } from '@causeway/db';
import type { DirectoryServiceService, RoutingServiceService } from '@causeway/proto/routing';
import type { Client } from '@causeway/rpc';
import type { Runtime, Secret } from '@causeway/runtime';
import { nodeCryptography } from '@causeway/transit/node';
import type { Directory } from '../directory/directory.ts';
import type { Routed } from '../routed.ts';
import { startLossSweep } from './findings/losses.ts';
import { startReporting } from './findings/report.ts';
import { linesOf } from './lines/lines.ts';
import { tapIntake } from './rides/intake.ts';
import { startRideSweep } from './rides/sweep.ts';
import type { Transit } from './rpc.ts';
import { trustBundles } from './trust/bundle.ts';
import { startLearning } from './trust/learn.ts';
import { rootOf } from './trust/root.ts';
import { followTrust, Trust } from './trust/trust.ts';

/** What transit is started with. */
export interface TransitOptions {
  db: Database;
  runtime: Runtime;
  directory: Directory;
  routed: Routed;
  client: Client<typeof RoutingServiceService>;
  issuers: Client<typeof DirectoryServiceService>;
  /** What the key follows from that signs bundles. */
  signingKey: Secret;
  /** Taps of one stream under way at once. */
  maxInFlight: number;
}

/** Starts all that works on taps by itself, and answers what handlers work with. */
export function startTransit(options: TransitOptions): { parts: Transit; stop(): Promise<void> } {
  const { db, runtime, directory, routed, client, issuers, maxInFlight } = options;
  const cryptography = nodeCryptography();
  const root = rootOf(options.signingKey);
  const trust = new Trust(root, cryptography);
  const lineOf = linesOf(db, runtime);
  const intake = tapIntake(db, runtime);
  const charging = { db, directory, routed, lineOf };
  const stopFollowing = followTrust(db, trust, runtime);
  const asked = { db, trust, cryptography, runtime, directory: issuers, routing: client };
  const learning = root && startLearning({ ...asked, root });
  const sweep = startRideSweep(charging, runtime);
  const losses = startLossSweep(charging, runtime);
  const reporting = startReporting({ db, routing: client }, runtime);
  return {
    parts: {
      ...{ ...charging, runtime, trust, intake, maxInFlight, cryptography, log: runtime.log },
      bundles: trustBundles({ db, trust, root, cryptography, runtime }),
    },
    async stop() {
      stopFollowing();
      await learning?.stop();
      await sweep.stop();
      await losses.stop();
      await reporting.stop();
      await intake.drain();
    },
  };
}
