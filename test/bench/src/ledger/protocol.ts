import type { Loop, Looped } from '../measure/closed-loop.ts';

/** What kinds of transfers are written. */
export type Mix = 'uniform' | 'hot' | 'hot_rejects' | 'hot_duplicates' | 'holds';

/** Who writes them. */
export type Writer =
  /** One writer takes all that queued while it wrote: what the services ship. */
  | 'batched'
  /** The same code, with a transaction for each transfer. */
  | 'one_each'
  /** A transaction for each transfer, in SQL as one would write it without the library. */
  | 'plain_sql';

/** One measurement of the ledger alone. */
export interface LedgerLoad extends Loop {
  url: string;
  /** Each case has a lane of its own, and in it accounts of its own. */
  lane: number;
  walletCount: number;
  mix: Mix;
  writer: Writer;
}

/** What was answered, for comparing with the rows. */
export interface LedgerLooped extends Looped {
  /** By lane and outcome; replays are not counted. */
  answered: Readonly<Record<string, number>>;
}
