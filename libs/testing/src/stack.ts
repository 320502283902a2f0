import { inject } from 'vitest';
import type { Command, ProvidedStack } from './stack-for-tests.ts';

/** The stack that all end-to-end tests of a run share. */
export interface TestStack extends Omit<ProvidedStack, 'controlUrl'> {
  /** A process by the name of its service, or `postgres` or `nats`. */
  processes: {
    names(): Promise<string[]>;
    /** Undefined while it does not run. */
    pid(name: string): Promise<number | undefined>;
    /** `kill -9`; it stays down until `restart`. */
    kill(name: string): Promise<void>;
    /** Asks it to finish and end; it stays down until `restart`. */
    stop(name: string): Promise<void>;
    /** Freezes it until `resume`. */
    pause(name: string): Promise<void>;
    resume(name: string): Promise<void>;
    /** Starts it on the same port, stopped before if it runs; `env` holds for that run alone. */
    restart(name: string, env?: Record<string, string>): Promise<void>;
  };
}

/**
 * The stack of this vitest run. A test that kills or changes a process must put it right again,
 * since other files use the same stack; one that cannot starts its own with `startStack`.
 */
export function testStack(): TestStack {
  const { controlUrl, ...stack } = inject('testStack');
  const send = (command: Command) => post(controlUrl, command);
  const on = (method: Command['method']) => async (name: string) => {
    await send({ method, name });
  };
  return {
    ...stack,
    processes: {
      names: () => send({ method: 'names', name: '' }) as Promise<string[]>,
      pid: (name) => send({ method: 'pid', name }) as Promise<number | undefined>,
      kill: on('kill'),
      stop: on('stop'),
      pause: on('pause'),
      resume: on('resume'),
      restart: async (name, env = {}) => {
        await send({ method: 'restart', name, env });
      },
    },
  };
}

async function post(url: string, command: Command): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(command) });
  const { result, error }: { result?: unknown; error?: string } = JSON.parse(await response.text());
  if (error !== undefined) throw new Error(error);
  return result;
}
