import type { Stack } from '@causeway/deploy-local';
import type { Runtime } from '@causeway/runtime';
import type { Busy, CpuWatch } from './measure/cpu-watch.ts';

/** What every part is given. */
export interface Bench {
  runtime: Runtime;
  /** The stack under measurement, as `npm start` starts it: durable commits, mTLS, all services. */
  stack: Stack;
  options: BenchOptions;
  /** One line on stderr, with the time since the start. */
  progress(text: string): void;
  /** How busy each process is while something is measured. */
  watch: CpuWatch;
}

/** How much is measured. */
export interface BenchOptions {
  quick: boolean;
  /** As little of everything as still runs all code: for tests, which look at no figure. */
  tiny: boolean;
  /** How long one measurement lasts. Shorter in round 0, which only warms up. */
  seconds: number;
  /** How many rounds count. */
  rounds: number;
  json: boolean;
  /** The long form of the growth part. */
  growth: boolean;
  /** For how long the system is kept under a steady load at the end; 0 for not at all. */
  soakSeconds: number;
  /** Where parts may keep files: logs of answers, profiles. It is deleted after a good run. */
  folder: string;
}

/**
 * One line of one round. Whatever is not named below (rates per second) has its unit in its name.
 */
export interface Sample {
  /** A stable key, `<what>.<variant>`: `unary.32`. Medians and spreads are per line. */
  line: string;
  /** What a reader sees, the same in every round: `unary edge, 32 in flight`. */
  title: string;
  /** Operations per second that were completed. */
  perSecond?: number;
  /** Operations per second that were asked for, of an open loop: a point of the drawing. */
  offeredPerSecond?: number;
  /** Which curve of the drawing it is a point of, as a reader sees it: `unary edge`. */
  series?: string;
  p50Ms?: number;
  p99Ms?: number;
  p999Ms?: number;
  busy: readonly Busy[];
  /** Shown beneath the line, once. */
  notes?: readonly string[];
  /** False where the figure must not count: facts did not keep up, calls failed. Say why in notes. */
  valid: boolean;
  /** Figures that go into the JSON line by these names: `drain_share`, `growth_cost_ratio`. */
  figures?: Readonly<Record<string, number>>;
}

/** Something that is wrong with the books, or with a part. Any of these fails the run. */
export interface Problem {
  what: string;
}

/** One part of the bench. Parts take turns within each round, so that noise hits all alike. */
export interface Part {
  /** For `--only`. */
  name: string;
  /** Whether it is left out unless `--only` names it. */
  onDemand?: boolean;
  /** The heading in the table. */
  title: string;
  /** Whether it makes payments: the verifier then recomputes all books after it. */
  pays?: boolean;
  /** About how many seconds `finish` and `check` take, for the expected end. */
  closingSeconds?(options: BenchOptions): number;
  /** Makes what the part needs: worlds, databases, helper processes. */
  prepare?(bench: Bench): Promise<void>;
  /** Called once per round. Round 0 warms up: it is shorter and its samples are thrown away. */
  round?(bench: Bench, round: number): Promise<Sample[]>;
  /** Once, after the rounds, given what they found: open loop, drain, growth. */
  finish?(bench: Bench, samples: readonly Sample[]): Promise<Sample[]>;
  /** Books and reconciliation, after everything else of the part. */
  check?(bench: Bench): Promise<Problem[]>;
  /** Ends helper processes. Called also where the part has failed. */
  close?(): Promise<void>;
}
