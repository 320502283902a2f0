import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { issueCertificates } from './certificates.ts';
import { certifyNewcomer } from './newcomer.ts';
import { type State, stateIn } from './state.ts';

let state: State;
beforeEach(() => {
  state = stateIn(mkdtempSync(join(tmpdir(), 'causeway-newcomer-')));
});
afterEach(() => rmSync(state.folder, { recursive: true, force: true }));

const stackStarted = () => issueCertificates(state.certs, [{ kind: 'service', id: 'fx' }]);
const fingerprint = (folder: string) =>
  new X509Certificate(readFileSync(join(folder, 'cert.pem'))).fingerprint256;

test('a newcomer gets a certificate, and keeps it when asking again', async () => {
  await stackStarted();
  const folder = await certifyNewcomer(state, { kind: 'partner', id: 'acme' });
  expect(folder).toBe(join(state.certs, 'acme'));
  const first = fingerprint(folder);
  await certifyNewcomer(state, { kind: 'partner', id: 'acme' });
  expect(fingerprint(folder)).toBe(first);
});

test('nobody gets the id of another, whose certificate stays', async () => {
  await stackStarted();
  const before = fingerprint(join(state.certs, 'fx'));
  await expect(certifyNewcomer(state, { kind: 'partner', id: 'fx' })).rejects.toThrow('is taken');
  expect(fingerprint(join(state.certs, 'fx'))).toBe(before);
  await expect(certifyNewcomer(state, { kind: 'partner', id: 'authority' })).rejects.toThrow();
  await expect(certifyNewcomer(state, { kind: 'partner', id: '../x' })).rejects.toThrow();
});

test('where no stack was started there is nobody to sign', async () => {
  const asked = certifyNewcomer(state, { kind: 'partner', id: 'acme' });
  await expect(asked).rejects.toThrow('npm start');
});
