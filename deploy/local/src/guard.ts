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
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive=
  for pid in $pids; do kill -0 $pid && alive="$alive $pid"; done
  [ -z "$alive" ] && exit 0
  pids=$alive
  sleep 0.5
done
kill -KILL $pids
`;

/** Sees to it that no process of a stack outlives the one that started it. */
export class Guard {
  readonly #pids = new Set<number>();
  readonly #shell: ChildProcess;
  #closed = false;

  constructor() {
    this.#shell = spawn('sh', ['-c', SCRIPT, 'causeway-guard'], {
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

  /** True once it was closed: nothing shall start any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Ends the guard itself, and with it whatever was not removed. */
  close(): void {
    this.#closed = true;
    this.#shell.stdin?.end();
  }

  #tell(): void {
    if (!this.#closed) this.#shell.stdin?.write(`${[...this.#pids].join(' ')}\n`);
  }
}
