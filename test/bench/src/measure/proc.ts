import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second for its users, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/** What /proc says of one process. */
export interface ProcStat {
  pid: number;
  parentPid: number;
  /** CPU seconds of the process itself, in user and kernel mode. */
  ownSeconds: number;
  /** CPU seconds of children that have ended and were waited for. */
  reapedSeconds: number;
}

/** Whether CPU times can be read on this machine. */
export function canReadCpu(): boolean {
  return existsSync('/proc/self/stat');
}

/** Reads one process; undefined where it has ended. */
export function readProcStat(pid: number): ProcStat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseProcStat(text);
}

/** Understands one line of /proc/<pid>/stat. The name in it may hold blanks and brackets. */
export function parseProcStat(text: string): ProcStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // proc(5) counts from 1, and the first two fields are cut off.
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid: Number(text.slice(0, text.indexOf(' '))),
    parentPid: field(4),
    ownSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
    reapedSeconds: (field(16) + field(17)) / TICKS_PER_SECOND,
  };
}

/** The processes whose parent is `parentPid`. */
export function childrenOf(parentPid: number): ProcStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcStat(Number(name)) ?? [])
    .filter((stat) => stat.parentPid === parentPid);
}

/** The command line, which Postgres uses to say what a backend does; empty where it has ended. */
export function commandLineOf(pid: number): string {
  return (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
}

/** CPU seconds of all processors together since the machine started. */
export interface MachineSeconds {
  /** Spent on this machine's own work. */
  worked: number;
  /** Asked for, and given to other machines on the same host. */
  stolen: number;
}

/** CPU seconds of the whole machine so far. */
export function machineSeconds(): MachineSeconds {
  return parseMachineSeconds(readText('/proc/stat') ?? '');
}

/** Understands the first line of /proc/stat: all but idle, waiting for the disk, and guests. */
export function parseMachineSeconds(text: string): MachineSeconds {
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0, stolen = 0] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const worked = user + nice + system + interrupt + softInterrupt;
  return { worked: worked / TICKS_PER_SECOND, stolen: stolen / TICKS_PER_SECOND };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
