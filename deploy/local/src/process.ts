import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Guard } from './guard.ts';
import type { RunAs } from './identity.ts';

/** How to run one program of the stack. */
export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  runAs?: RunAs;
  /** The signal that makes it finish what it does and end. */
  stopSignal: NodeJS.Signals;
  /** After this long it is killed. */
  stopTimeoutMs: number;
  /** Where everything that it prints is appended. */
  logFile: string;
  /** Told each line that it prints. */
  onLine?: (line: string) => void;
  /** Called before each spawn, to put right what an earlier run left behind. */
  prepare?: () => Promise<void>;
  /** Resolves once the program serves; rejected early when it ends before. */
  ready: (run: Run) => Promise<void>;
  readyTimeoutMs: number;
  /** How often it is started, half a second apart, where it ends by itself before it is ready. */
  attempts: number;
}

/** One life of a program. */
export interface Run {
  pid: number;
  /** Resolves with the first printed line that `wanted` accepts. */
  line(wanted: (line: string) => boolean): Promise<string>;
  /** True until the program has ended. */
  alive(): boolean;
}

/** It ended by itself before it was ready. */
class EndedEarly extends Error {}

const RETRY_PAUSE_MS = 500;
const LOG_LINES_SHOWN = 15;

/**
 * A program that can be started, stopped, killed and started again. It gets a process group of
 * its own, so that a Ctrl-C in the terminal reaches the stack alone, which then stops in order.
 */
export class ManagedProcess {
  readonly spec: ProcessSpec;
  /** Told when a run ends that nobody asked to end. */
  onDeath: (how: string) => void = () => {};
  readonly #guard: Guard;
  #child: ChildProcess | undefined;
  #ended: Promise<string> = Promise.resolve('not started');
  #endExpected = true;

  constructor(spec: ProcessSpec, guard: Guard) {
    this.spec = spec;
    this.#guard = guard;
  }

  /** The pid of the present run; undefined while none runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts it, with `env` added for this run alone, and waits until it serves. Throws with its
   * last log lines when it does not.
   */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#startOnce(env);
      } catch (error) {
        if (attempt >= this.spec.attempts || !(error instanceof EndedEarly)) throw error;
        await pause(RETRY_PAUSE_MS);
      }
    }
  }

  /** Asks it to end, and kills it when it takes too long. Does nothing when it does not run. */
  async stop(): Promise<void> {
    if (!this.#child) return;
    this.#endExpected = true;
    this.#signal('SIGCONT');
    this.#signal(this.spec.stopSignal);
    const timer = setTimeout(() => this.#signal('SIGKILL'), this.spec.stopTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends it at once, as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#endExpected = true;
    this.#signal('SIGKILL');
    await this.#ended;
  }

  /** Freezes it, as a machine that hangs would. */
  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  #signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async #startOnce(env: NodeJS.ProcessEnv): Promise<void> {
    if (this.#child) throw new Error(`${this.spec.name} is running already`);
    await this.spec.prepare?.();
    if (this.#guard.closed) throw new Error(`${this.spec.name} was not started: stopped`);
    const run = this.#spawn(env);
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        this.spec.ready(run),
        this.#ended.then((how) => Promise.reject(new EndedEarly(how))),
        new Promise((_, reject) => {
          const tooLate = () => reject(new Error(`not ready after ${this.spec.readyTimeoutMs} ms`));
          timer = setTimeout(tooLate, this.spec.readyTimeoutMs);
        }),
      ]);
      // A run that is armed to crash does as it was told when it does.
      this.#endExpected = env.CAUSEWAY_FAILPOINTS?.includes('=crash') === true;
    } catch (error) {
      await this.kill();
      const how = error instanceof Error ? error.message : String(error);
      const message = `${this.spec.name} did not start: ${how}\n${this.#lastLog()}`;
      throw error instanceof EndedEarly ? new EndedEarly(message) : new Error(message);
    } finally {
      clearTimeout(timer);
    }
  }

  #spawn(added: NodeJS.ProcessEnv): Run {
    const { command, args, cwd, runAs, logFile } = this.spec;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    const env = { ...(this.spec.env ?? process.env), ...added };
    const child = spawn(command, args, { env, cwd, ...runAs, stdio: 'pipe', detached: true });
    this.#child = child;
    this.#endExpected = true;
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(describeEnd(code, signal)));
    }).then((how) => this.#onEnd(child, log, String(how)));
    if (child.pid !== undefined) this.#guard.add(child.pid);
    return {
      pid: child.pid ?? 0,
      alive: () => this.#child === child,
      line: this.#read(child, log),
    };
  }

  /** Copies what the program prints to its log and to whoever waits for a line. */
  #read(child: ChildProcess, log: WriteStream): Run['line'] {
    const waiting = new Set<(line: string) => void>();
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        for (const offer of waiting) offer(line);
        this.spec.onLine?.(line);
      });
    }
    return (wanted) =>
      new Promise((resolve) => {
        const offer = (line: string) => {
          if (!wanted(line)) return;
          waiting.delete(offer);
          resolve(line);
        };
        waiting.add(offer);
      });
  }

  #onEnd(child: ChildProcess, log: WriteStream, how: string): string {
    log.end();
    if (child.pid !== undefined) this.#guard.remove(child.pid);
    this.#child = undefined;
    if (!this.#endExpected) this.onDeath(how);
    return how;
  }

  #lastLog(): string {
    try {
      const lines = readFileSync(this.spec.logFile, 'utf8').trimEnd().split('\n');
      const shown = lines.slice(-LOG_LINES_SHOWN).map((line) => `  | ${line}`);
      return `${shown.join('\n')}\n  (${this.spec.logFile})`;
    } catch {
      return '  (it printed nothing)';
    }
  }
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `killed by ${signal}` : `exited with code ${code}`;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
