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

/** What a process is called without the number that tells it from other replicas. */
export function withoutReplica(name: string): string {
  return name.replace(/-\d+(?=(_app)?$)/, '');
}

/**
 * Counts kills, and remembers what has to be put right in the end. A fault names a service and befalls
 * all its replicas. Where one is started in another environment the others are down until it is over:
 * they would do what only the first is to be caught at.
 */
export function watched(processes: Processes, tally: Tally): WatchedProcesses {
  const frozen = new Set<string>();
  const changed = new Set<string>();
  const replicasOf = async (service: string) =>
    (await processes.names()).filter((name) => withoutReplica(name) === service);
  const others = async (service: string) =>
    (await replicasOf(service)).filter((name) => name !== service);
  const start: Processes['restart'] = async (name, env = {}) => {
    if (Object.keys(env).length > 0) changed.add(name);
    else changed.delete(name);
    frozen.delete(name);
    await processes.restart(name, env);
  };
  return {
    ...processes,
    async restart(service, env = {}) {
      const isPlain = Object.keys(env).length === 0;
      for (const name of await others(service))
        await (isPlain ? start(name) : processes.kill(name));
      await start(service, env);
    },
    async stop(service) {
      for (const name of await replicasOf(service)) await processes.stop(name);
    },
    async kill(service) {
      for (const name of await replicasOf(service)) {
        tally.kills += 1;
        await processes.kill(name);
      }
    },
    async pause(service) {
      for (const name of await replicasOf(service)) {
        frozen.add(name);
        await processes.pause(name);
      }
    },
    async resume(service) {
      for (const name of await replicasOf(service)) {
        frozen.delete(name);
        await processes.resume(name);
      }
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
        if (isDown || changed.has(name)) await start(name);
      }
    },
  };
}
