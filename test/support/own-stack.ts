import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, type Stack, type StackOptions, startStack } from '@causeway/deploy-local';
import type { TestStack } from '@causeway/testing';
import { type World, type WorldOptions, worldOf } from './world.ts';

/** A stack of a test's own, for tests that leave it broken. */
export interface OwnStack {
  world: World;
  /** The stack itself, which this process started. */
  stack: Stack;
  /** Ends the stack and forgets its state. */
  stop(): Promise<void>;
}

/** Makes an empty folder for the state of a stack, which its Postgres' user can reach. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-fault-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** Starts a stack of these services, all unless given, with `env` added to that of each. */
export async function startOwnStack(
  env: Record<string, string> = {},
  services = SERVICES,
  options: WorldOptions & Pick<StackOptions, 'archive' | 'metrics'> = {},
): Promise<OwnStack> {
  const state = stateFolder();
  const { archive = false, metrics = false } = options;
  const stack = await startStack({
    ...{ state, env, services, archive, metrics },
    ...{ quiet: true, durable: false },
  });
  let made = 0;
  const id = (name: string) => {
    made += 1;
    return `${name}-${made}`;
  };
  const world = worldOf(testStackOf(stack), { id, ...options });
  return {
    world,
    stack,
    async stop() {
      world.callers.close();
      await stack.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** A stack of this process as tests use the shared one, which is another process'. */
export function testStackOf(stack: Stack): TestStack {
  const { endpoints, databases, natsUrl, certs, state, processes } = stack;
  return {
    ...{ endpoints, databases, natsUrl, certs, state },
    processes: {
      names: async () => processes.names(),
      pid: async (name) => processes.pid(name),
      kill: (name) => processes.kill(name),
      stop: (name) => processes.stop(name),
      pause: async (name) => processes.pause(name),
      resume: async (name) => processes.resume(name),
      restart: (name, env) => processes.restart(name, env),
    },
  };
}
