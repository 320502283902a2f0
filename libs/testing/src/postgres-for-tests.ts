import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guard, startPostgres } from '@causeway/deploy-local';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The maintenance database of the server for this run, with a role that may do anything. */
    testServerUrl: string;
  }
}

/**
 * Starts one Postgres for the whole run, or takes that of DATABASE_URL, and stops it afterwards.
 * Commits do not wait for the disk here: what a power cut could lose, nobody needs after a test,
 * and a killed backend or server loses nothing by it. Only the stack's own tests, which start
 * their own server, look at durability.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  if (given) {
    project.provide('testServerUrl', given);
    return async () => {};
  }
  const folder = mkdtempSync(join(tmpdir(), 'causeway-tests-'));
  // Root's Postgres runs as another user, who must be able to pass through.
  chmodSync(folder, 0o711);
  const guard = new Guard();
  const logFile = join(folder, 'postgres.log');
  const server = await startPostgres({ folder, logFile, durable: false, guard });
  project.provide('testServerUrl', server.url);
  return async () => {
    await server.process.stop();
    guard.close();
    rmSync(folder, { recursive: true, force: true });
  };
}
