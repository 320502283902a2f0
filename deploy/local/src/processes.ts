import type { ManagedProcess } from './process.ts';

/** A process by the name of its service, or `postgres` or `nats` where the stack brought them. */
export interface Processes {
  names(): string[];
  /** Undefined while it does not run. */
  pid(name: string): number | undefined;
  /** `kill -9`; it stays down until `restart`. */
  kill(name: string): Promise<void>;
  /** Asks it to finish and end, as a deployment does; it stays down until `restart`. */
  stop(name: string): Promise<void>;
  /** Freezes it until `resume`. */
  pause(name: string): void;
  resume(name: string): void;
  /** Stops it if it runs and starts it on the same port, with `env` added for that run alone. */
  restart(name: string, env?: Record<string, string>): Promise<void>;
}

/** The processes of a stack, which come to be in `running` as they start. */
export function processesOf(running: ReadonlyMap<string, ManagedProcess>): Processes {
  const named = (name: string): ManagedProcess => {
    const found = running.get(name);
    if (found) return found;
    throw new Error(`no process ${name}; there are ${[...running.keys()].join(', ')}`);
  };
  return {
    names: () => [...running.keys()],
    pid: (name) => named(name).pid,
    kill: (name) => named(name).kill(),
    stop: (name) => named(name).stop(),
    pause: (name) => named(name).pause(),
    resume: (name) => named(name).resume(),
    restart: async (name, env) => {
      await named(name).stop();
      await named(name).start(env);
    },
  };
}
