import type { World } from './world.ts';

/** Starts those processes that a test which failed half-way left down: other files need them. */
export async function bringBack({ stack }: World, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    if ((await stack.processes.pid(name)) === undefined) await stack.processes.restart(name);
  }
}
