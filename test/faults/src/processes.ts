import type { TestStack } from '@causeway/testing';
import type { Part, Tally } from './fault.ts';

type Processes = TestStack['processes'];

/** The processes of a stack, with what is not as it was started. */
export interface WatchedProcesses extends Processes {
  /** Lets go on what is frozen of these parts, and starts what is down or has an environment of its own. */
  restore(parts: readonly Part[]): Promise<void>;
}

/** The processes of each part, replicas too. */
const PROCESSES: Readonly<Record<Part, RegExp>> = {
  ...{ routing: /^routing/, wallet: /wallet/, acquiring: /^acquiring/, settlement: /^settlement/ },
  ...{ fx: /^fx/, postgres: /^postgres/, nats: /^nats/ },
};

/** Counts kills, and remembers what has to be put right in the end. */
export function watched(processes: Processes, tally: Tally): WatchedProcesses {
  const frozen = new Set<string>();
  const changed = new Set<string>();
  const restart: Processes['restart'] = async (name, env = {}) => {
    if (Object.keys(env).length > 0) changed.add(name);
    else changed.delete(name);
    frozen.delete(name);
    await processes.restart(name, env);
  };
  return {
    ...processes,
    restart,
    async kill(name) {
      tally.kills += 1;
      await processes.kill(name);
    },
    async pause(name) {
      frozen.add(name);
      await processes.pause(name);
    },
    async resume(name) {
      frozen.delete(name);
      await processes.resume(name);
    },
    async restore(parts) {
      const isOf = (name: string) => parts.some((part) => PROCESSES[part].test(name));
      for (const name of [...frozen].filter(isOf)) {
        await processes.resume(name);
        frozen.delete(name);
      }
      // In the order in which they were started: the databases first.
      for (const name of (await processes.names()).filter(isOf)) {
        const isDown = (await processes.pid(name)) === undefined;
        if (isDown || changed.has(name)) await restart(name);
      }
    },
  };
}
