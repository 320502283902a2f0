import type { Fault } from '../fault.ts';
import { deliveredTwice } from './007-delivered-twice.ts';
import { outOfSequence } from './008-out-of-sequence.ts';
import { redelivered } from './009-ack-wait.ts';
import { reordered } from './010-reordered.ts';
import { poison } from './011-poison.ts';
import { natsDown } from './012-nats-down.ts';
import { natsWiped } from './013-nats-wiped.ts';
import { postgresKilled } from './014-postgres-killed.ts';
import { conflicts } from './015-conflicts.ts';
import { partnerTimedOut } from './016-partner-timed-out.ts';
import { lateSuccess } from './017-late-success.ts';
import { callbacks } from './018-callbacks.ts';
import { quoteExpires } from './021-quote-expires.ts';
import { wrongClocks } from './022-wrong-clocks.ts';
import { rounding } from './023-rounding.ts';
import { orphanedHold } from './024-orphaned-hold.ts';
import { cutOff } from './025-cut-off.ts';
import { restored } from './028-restored.ts';
import { links } from './031-links.ts';
import { natsDiskFull, postgresDiskFull } from './032-disk-full.ts';
import { twoVersions } from './034-two-versions.ts';

/** The faults of everything that services stand on: Postgres, NATS, disks, links, clocks, partners. */
export const INFRASTRUCTURE_FAULTS: readonly Fault[] = [
  ...[deliveredTwice, outOfSequence, redelivered, reordered, poison, natsDown, natsWiped],
  ...[postgresKilled, conflicts, partnerTimedOut, lateSuccess, callbacks],
  ...[quoteExpires, wrongClocks, rounding, orphanedHold, cutOff, restored],
  ...[links, postgresDiskFull, natsDiskFull, twoVersions],
];
