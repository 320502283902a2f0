import type { Stack } from '@causeway/deploy-local';
import type { Chance } from '@causeway/sandbox';
import type { World } from '../../support/index.ts';
import type { Finding } from './finding.ts';
import type { Ground } from './injectors/ground.ts';
import type { Meanwhile, Traffic } from './traffic/traffic.ts';

/** What faults break, and need: a service, or what all of them stand on. */
export const PARTS = [
  ...(['routing', 'wallet', 'acquiring', 'settlement', 'fx', 'postgres', 'nats'] as const),
] as const;

/** One of them; `wallet` is every wallet operator. */
export type Part = (typeof PARTS)[number];

/**
 * One fault of the list in the README. It is run on a stack where people pay all the while; when it
 * returns, the fault is over and everything is up again. Then the judge decides whether anything was
 * lost, doubled, or is stuck. What else must hold it says itself, by throwing.
 */
export interface Fault {
  /** Its number in the list. */
  id: number;
  /** What happens, in a few words. */
  title: string;
  /** How it is made to happen. */
  injected: string;
  /** What must hold all the same. */
  invariant: string;
  /** Who pays meanwhile; a seeded mix of everything, unless given. */
  traffic?: Meanwhile;
  /** It has a stack of its own, and judges that itself: the others go on meanwhile. */
  apart?: boolean;
  /** Nothing else may happen meanwhile, and only its own traffic. */
  alone?: boolean;
  /**
   * What it breaks; everything unless given. Those go on at once of which none breaks what another breaks
   * or needs.
   */
  breaks?: readonly Part[];
  /** What it must find sound besides what a payment passes through. */
  needs?: readonly Part[];
  /** What the environment of routing holds meanwhile; all that ask for something share it, and go on at once. */
  under?: Readonly<Record<string, string>>;
  /** Makes it happen, and ends it. */
  run(stage: Stage): Promise<void>;
}

/** One race: many callers at once, of whom exactly one may win, or whose sum must be exact. */
export interface Race {
  /** A stable key: `idempotency`. */
  name: string;
  /** What must hold. */
  invariant: string;
  /** It moves what all share, and nothing else may go on meanwhile. */
  lone?: boolean;
  /** Runs one round with this many callers at once; throws where it did not hold. */
  round(stage: Stage, callers: number): Promise<void>;
}

/** How much of everything is done. */
export interface Extent {
  /** A part of every fault, within three to four minutes in all. */
  quick: boolean;
  /** The outages that last five minutes, too. */
  long: boolean;
}

/** What a fault is given. */
export interface Stage extends Extent {
  /** From the run's seed and the fault's number alone. */
  chance: Chance;
  /** The stack that all faults of a run share. Every answer that a call gets is logged. */
  world: World;
  /** The same stack as this process started it. */
  stack: Stack;
  traffic: Traffic;
  /** A proxy between every two processes of the stack. */
  links: Ground['links'];
  /** Where the data of Postgres and of NATS lie. */
  disks: Ground['disks'];
  /** What has been killed and frozen so far. */
  tally: Tally;
  /** When the time of the run is over, as `performance.now()` tells it. */
  endMs: number;
  /** One line of progress. */
  say(text: string): void;
  /** Notes figures that the report shows with the fault. */
  note(figures: Readonly<Record<string, number>>): void;
  /**
   * Leaves the rest of what the fault has to look at until all faults that go on at once are over and
   * everything is up: whoever only waits for what comes of it keeps no other from being made to happen.
   */
  afterwards(look: () => Promise<void>): void;
  /** Notes something wrong and goes on. */
  found(finding: Finding): void;
  /** Starts what is down of what the fault may break, and what runs with an environment of its own. */
  restore(): Promise<void>;
}

/** What was done to one service at one step boundary. */
export interface Boundary {
  service: string;
  failpoint: string;
  kills: number;
  freezes: number;
  /** How often something was in that step until then, what was killed or frozen there included. */
  passes: number;
}

/** Everything that was killed or frozen in a run. */
export interface Tally {
  /** Every `kill -9`, wherever it was. */
  kills: number;
  /** By service and failpoint. */
  boundaries: Map<string, Boundary>;
}
