import type { Place } from '@causeway/sandbox';
import type { HistogramData } from '../../measure/histogram.ts';

/** What the load generator is told once: where it calls, as whom, and who pays where. */
export interface World {
  /** `host:port` of the partners' edge. */
  acquiringAddress: string;
  /** `host:port` of the wallet operator's back end. */
  walletAddress: string;
  /** The folder with `<caller>/{ca,cert,key}.pem`. */
  certs: string;
  issuerId: string;
  payerCurrencyCode: string;
  /** By payee currency, payee major units per one payer major unit: for what a wallet can pay. */
  rates: Readonly<Record<string, string>>;
  places: readonly Place[];
  walletIds: readonly string[];
  /** What each wallet may be charged in all, in minor units: below its limits and its balance. */
  budgetMinor: bigint;
  /** Begins every request id, so that two runs on one stack do not meet. */
  run: string;
  seed: number;
  /** The file that gets a record of every answer. */
  journal: string;
}

/** How payments reach the system. */
export type Edge = 'unary' | 'stream';

/** What drives the load. */
export type Pace =
  /** A fixed number under way; each begins as one ends. */
  | { kind: 'closed'; inFlight: number }
  /**
   * Arrivals at random times that wait for nobody. Those that would be more than `maxInFlight` are
   * dropped and counted.
   */
  | { kind: 'open'; perSecond: number; maxInFlight: number };

/** What was made ahead. */
export interface CodesMade {
  made: number;
  seconds: number;
  /** Codes that can be used now, with what was left from before. */
  ready: number;
}

/** What came of the payments of one measured stretch. */
export interface Measured {
  /** Shorter than asked where the codes ran out. */
  seconds: number;
  succeeded: number;
  /** Final answers other than a success, and refusals, by reason. */
  otherwise: Readonly<Record<string, number>>;
  /** Arrivals of an open loop: all of them, and those for which there was no room. */
  arrivals: number;
  dropped: number;
  /** From the request, or of an open loop from the arrival that was planned, to the answer. */
  latency: HistogramData;
  ranDry: boolean;
}

/** What came of all payments since the load began. */
export interface LoadEnded {
  sent: number;
  succeeded: number;
  otherwise: Readonly<Record<string, number>>;
}
