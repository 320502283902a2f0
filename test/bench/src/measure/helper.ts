import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** A command to a helper process, and its answer. Both are copied, not shared. */
interface Asked {
  id: number;
  command: string;
  input: unknown;
}
interface Answered {
  id: number;
  result?: unknown;
  error?: string;
}

/** A process of the bench's own: a load generator, a server to compare with. */
export interface Helper {
  readonly pid: number;
  /** Has the helper do something. Throws what it threw, or that it has ended. */
  ask<Result>(command: string, input: unknown): Promise<Result>;
  stop(): Promise<void>;
}

/** Starts `dist/<program>.js`. It ends with this process. */
export async function startHelper(program: string): Promise<Helper> {
  const child = fork(resolve('dist', `${program}.js`), {
    execArgv: ['--enable-source-maps'],
    serialization: 'advanced',
    // stdout belongs to the report.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  await once(child, 'spawn');
  return new ForkedHelper(program, child);
}

class ForkedHelper implements Helper {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answered) => void>();
  readonly #ended: Promise<void>;
  #asked = 0;
  #over = false;

  constructor(program: string, child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.on('message', (answer: Answered) => this.#answered(answer));
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#over = true;
        const error = `${program} ended: ${signal ?? `exit code ${code}`}`;
        for (const id of [...this.#waiting.keys()]) this.#answered({ id, error });
        resolve();
      });
    });
  }

  ask<Result>(command: string, input: unknown): Promise<Result> {
    if (this.#over) return Promise.reject(new Error(`${command}: the helper has ended`));
    this.#asked += 1;
    const asked: Asked = { id: this.#asked, command, input };
    return new Promise((resolve, reject) => {
      this.#waiting.set(asked.id, ({ result, error }) => {
        if (error === undefined) resolve(result as Result);
        else reject(new Error(error));
      });
      this.#child.send(asked);
    });
  }

  async stop(): Promise<void> {
    if (!this.#over) this.#child.disconnect();
    await this.#ended;
  }

  #answered(answer: Answered): void {
    const settle = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    settle?.(answer);
  }
}

/** What a helper can do, by command. */
export type Commands = Readonly<Record<string, (input: never) => Promise<unknown>>>;

/** The other end: answers commands until whoever started this process lets go of it. */
export function answerCommands(commands: Commands): void {
  process.on('message', ({ id, command, input }: Asked) => {
    void answer(commands, command, input).then((answered) => process.send?.({ id, ...answered }));
  });
  process.once('disconnect', () => process.exit(0));
  // A Ctrl-C in the terminal reaches the whole group; the bench ends its helpers in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
}

async function answer(
  commands: Commands,
  command: string,
  input: unknown,
): Promise<Omit<Answered, 'id'>> {
  try {
    return { result: await commands[command]?.(input as never) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
