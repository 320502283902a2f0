import type { Clock } from '@causeway/runtime';
import {
  canReadCpu,
  childrenOf,
  commandLineOf,
  type MachineSeconds,
  machineSeconds,
  type ProcStat,
  readProcStat,
} from './proc.ts';

/** How many processors a process kept busy on average: 0.5 is half of one. */
export interface Busy {
  process: string;
  cores: number;
  /** Of Postgres: which of it went to which database (`causeway_routing`), or to its own work. */
  detail?: readonly Busy[];
}

/** What was measured while something ran. */
export interface Watched<T> {
  seconds: number;
  result: T;
  /** Empty where this system does not tell. */
  busy: Busy[];
}

/** Watches the CPU time of named processes. Linux alone tells it; elsewhere nothing is reported. */
export interface CpuWatch {
  /** False where this system does not tell; a report then says so. */
  readonly available: boolean;
  /** Adds a process, such as a load generator, until the answer is called. */
  follow(process: string, pid: number): () => void;
  /** Runs `fn` and answers what each process used meanwhile. Two may overlap. */
  during<T>(fn: () => Promise<T>): Promise<Watched<T>>;
}

/** Where the processes of a stack are found; `Stack.processes` is one. */
export interface NamedProcesses {
  names(): string[];
  pid(name: string): number | undefined;
}

/** What is neither the stack nor the bench: the kernel's own threads, and other programs. */
export const ELSEWHERE = 'elsewhere';
/** What a virtual machine asked for and its host gave to others. */
export const STOLEN = 'stolen';
/** Processes that this one started and that ended while something was measured. */
export const ENDED = 'ended';
const POSTGRES = 'postgres';
const BACKGROUND = 'background';

/** Watches the processes of a stack, this process as `bench`, and whatever is followed besides. */
export function cpuWatch(clock: Clock, stack: NamedProcesses): CpuWatch {
  const followed = new Map<string, number>([['bench', process.pid]]);
  const available = canReadCpu();
  return {
    available,
    follow(name, pid) {
      followed.set(name, pid);
      return () => void followed.delete(name);
    },
    async during(fn) {
      const startMs = clock.monotonicMs();
      const before = available ? reading(stack, followed) : undefined;
      const result = await fn();
      const seconds = (clock.monotonicMs() - startMs) / 1_000;
      const after = before && reading(stack, followed);
      return { seconds, result, busy: after ? busyBetween(before, after, seconds) : [] };
    },
  };
}

/** CPU seconds so far, by process. */
export interface Reading {
  machine: MachineSeconds;
  processes: Map<string, number>;
  /** Postgres' processes one by one, by pid, with what each works for. */
  backends: Map<number, { seconds: number; purpose: string }>;
}

function reading(stack: NamedProcesses, followed: ReadonlyMap<string, number>): Reading {
  const processes = new Map<string, number>();
  const backends: Reading['backends'] = new Map();
  const pids = new Map(followed);
  for (const name of stack.names()) {
    const pid = stack.pid(name);
    if (pid !== undefined) pids.set(name, pid);
  }
  for (const [name, pid] of pids) {
    const stat = readProcStat(pid);
    if (stat === undefined) continue;
    processes.set(name, name === POSTGRES ? serverSeconds(stat, backends) : stat.ownSeconds);
  }
  processes.set(ENDED, readProcStat(process.pid)?.reapedSeconds ?? 0);
  return { machine: machineSeconds(), processes, backends };
}

/** A backend that ends hands its time to the postmaster, so the sum loses nothing. */
function serverSeconds(postmaster: ProcStat, backends: Reading['backends']): number {
  let sum = postmaster.ownSeconds + postmaster.reapedSeconds;
  for (const { pid, ownSeconds } of childrenOf(postmaster.pid)) {
    sum += ownSeconds;
    backends.set(pid, { seconds: ownSeconds, purpose: purposeOf(commandLineOf(pid)) });
  }
  return sum;
}

/** `postgres: causeway causeway_fx 127.0.0.1(5512) idle` works for `causeway_fx`. */
export function purposeOf(commandLine: string): string {
  const client = /^postgres: \S+ (\S+) \S+\(\d+\)/.exec(commandLine);
  return client?.[1] ?? BACKGROUND;
}

/** How busy each process was between two readings, busiest first. */
export function busyBetween(before: Reading, after: Reading, seconds: number): Busy[] {
  const coresOf = (usedSeconds: number) => Math.max(0, usedSeconds) / seconds;
  const busy: Busy[] = [...after.processes].map(([process, sum]) => ({
    process,
    // One that was followed, or restarted, meanwhile starts from nothing.
    cores: coresOf(since(before.processes.get(process), sum)),
    ...(process === POSTGRES && { detail: detailBetween(before, after, coresOf) }),
  }));
  const known = busy.reduce((sum, { cores }) => sum + cores, 0);
  const worked = after.machine.worked - before.machine.worked;
  const stolen = after.machine.stolen - before.machine.stolen;
  busy.push({ process: ELSEWHERE, cores: coresOf(worked - known * seconds) });
  busy.push({ process: STOLEN, cores: coresOf(stolen) });
  return busy.sort((a, b) => b.cores - a.cores);
}

function detailBetween(
  before: Reading,
  after: Reading,
  coresOf: (seconds: number) => number,
): Busy[] {
  const used = new Map<string, number>();
  for (const [pid, { seconds, purpose }] of after.backends) {
    const more = since(before.backends.get(pid)?.seconds, seconds);
    used.set(purpose, (used.get(purpose) ?? 0) + more);
  }
  return [...used]
    .map(([process, seconds]) => ({ process, cores: coresOf(seconds) }))
    .sort((a, b) => b.cores - a.cores);
}

function since(before: number | undefined, after: number): number {
  return before === undefined || before > after ? after : after - before;
}
