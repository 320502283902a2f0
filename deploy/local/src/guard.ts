import { type ChildProcess, spawn } from 'node:child_process';

/**
 * A shell that reads, line by line, the pids that now run. When its input ends, this process is
 * gone, by `kill -9` perhaps; what then still runs is asked to end, and killed if it does not.
 * SIGINT, since it is what Postgres calls a fast shutdown; all others take it as SIGTERM.
 */
const SCRIPT = `
trap '' INT TERM HUP
pids=
while read -r line; do pids=$line; done
[ -z "$pids" ] && exit 0
kill -CONT $pids
kill -INT $pids
sleep 10
kill -KILL $pids
`;

/** Sees to it that no process of a stack outlives the one that started it. */
export class Guard {
  readonly #pids = new Set<number>();
  readonly #shell: ChildProcess;

  constructor() {
    this.#shell = spawn('sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
  }

  add(pid: number): void {
    this.#pids.add(pid);
    this.#tell();
  }

  remove(pid: number): void {
    this.#pids.delete(pid);
    this.#tell();
  }

  /** Ends the guard itself, and with it whatever was not removed. */
  close(): void {
    this.#shell.stdin?.end();
  }

  #tell(): void {
    this.#shell.stdin?.write(`${[...this.#pids].join(' ')}\n`);
  }
}
