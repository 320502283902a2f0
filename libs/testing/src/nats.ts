import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guard, startNats } from '@causeway/deploy-local';
import { afterAll } from 'vitest';

/** A NATS server with JetStream that belongs to one test file; its URL holds the password. */
export interface TestNats {
  url: string;
}

/** Starts a NATS server for this test file, which ends after the file's last test. */
export async function testNats(): Promise<TestNats> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-nats-'));
  const guard = new Guard();
  const logFile = join(folder, 'nats.log');
  const server = await startNats({ folder: join(folder, 'nats'), logFile, guard, say: () => {} });
  afterAll(async () => {
    await server.process.stop();
    guard.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: server.url };
}
