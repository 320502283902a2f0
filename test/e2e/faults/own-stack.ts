import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCallers } from '@causeway/callers';
import { SERVICES, type Stack, startStack } from '@causeway/deploy-local';
import { systemRuntime } from '@causeway/runtime';
import { ISSUER, OPERATOR_ID } from '@causeway/sandbox';
import type { TestStack } from '@causeway/testing';
import type { World } from '../support/index.ts';

/** A stack of a test's own, for tests that leave it broken. */
export interface OwnStack {
  world: World;
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
): Promise<OwnStack> {
  const state = stateFolder();
  const stack = await startStack({ state, env, services, quiet: true, durable: false });
  const runtime = systemRuntime({ service: 'e2e', logLevel: 'warn' });
  const callers = openCallers(runtime, stack);
  let made = 0;
  const world: World = {
    stack: { ...stack, state, certs: stack.certs, processes: commandsTo(stack) },
    runtime,
    callers,
    ops: callers.as(OPERATOR_ID),
    issuer: callers.as(ISSUER.id),
    id: (name) => {
      made += 1;
      return `${name}-${made}`;
    },
  };
  return {
    world,
    async stop() {
      callers.close();
      await stack.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** The same commands as those to the shared stack, which is in another process. */
function commandsTo({ processes }: Stack): TestStack['processes'] {
  return {
    ...processes,
    names: async () => processes.names(),
    pid: async (name) => processes.pid(name),
    pause: async (name) => processes.pause(name),
    resume: async (name) => processes.resume(name),
    restart: (name, env) => processes.restart(name, env),
  };
}
