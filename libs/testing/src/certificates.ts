import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Caller, issueCertificates } from '@causeway/deploy-local';
import { afterAll } from 'vitest';

/**
 * Issues certificates for this test file, removed after its last test. Answers where a caller's
 * `ca.pem`, `cert.pem` and `key.pem` are.
 */
export async function testCertificates(
  callers: readonly Caller[],
): Promise<(id: string) => string> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-certificates-'));
  await issueCertificates(folder, callers);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (id) => join(folder, id);
}
