import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, issueCertificates } from './certificates.ts';

const wallet: Caller = { kind: 'service', id: 'wallet' };
const acquirer: Caller = { kind: 'partner', id: 'sakura-pay' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-certs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (caller: Caller, file: string) => readFileSync(join(folder, caller.id, file));
const certificateOf = (caller: Caller) => new X509Certificate(read(caller, 'cert.pem'));

describe('issueCertificates', () => {
  test('names the caller by URI, and this machine', async () => {
    await issueCertificates(folder, [wallet, acquirer]);
    expect(certificateOf(acquirer).subjectAltName).toBe(
      'URI:spiffe://causeway/partner/sakura-pay, DNS:localhost, IP Address:127.0.0.1',
    );
    expect(certificateOf(wallet).subjectAltName).toContain('URI:spiffe://causeway/service/wallet');
  });

  test('lets nobody else read a key', async () => {
    await issueCertificates(folder, [wallet]);
    expect(statSync(join(folder, 'wallet', 'key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'authority', 'key.pem')).mode & 0o777).toBe(0o600);
  });

  test('keeps what is good, and signs for a newcomer with the same authority', async () => {
    await issueCertificates(folder, [wallet]);
    const before = certificateOf(wallet).fingerprint256;
    await issueCertificates(folder, [wallet, acquirer]);
    expect(certificateOf(wallet).fingerprint256).toBe(before);
    expect(read(acquirer, 'ca.pem')).toEqual(read(wallet, 'ca.pem'));
  });

  test('makes anew what does not fit its key', async () => {
    await issueCertificates(folder, [wallet, acquirer]);
    writeFileSync(join(folder, 'wallet', 'key.pem'), read(acquirer, 'key.pem'));
    const before = certificateOf(wallet).fingerprint256;
    await issueCertificates(folder, [wallet, acquirer]);
    expect(certificateOf(wallet).fingerprint256).not.toBe(before);
  });

  test('refuses two callers with one name', async () => {
    const callers = [wallet, { kind: 'partner', id: 'wallet' } as const];
    await expect(issueCertificates(folder, callers)).rejects.toThrow('share a folder');
  });

  test('is trusted on both ends of a mutual TLS connection', async () => {
    await issueCertificates(folder, [wallet, acquirer]);
    const tls = (caller: Caller) => ({
      ca: read(caller, 'ca.pem'),
      cert: read(caller, 'cert.pem'),
      key: read(caller, 'key.pem'),
    });
    const server = createServer({ ...tls(wallet), requestCert: true, rejectUnauthorized: true });
    const peer = new Promise<string | undefined>((resolve) => {
      server.on('secureConnection', (socket: TLSSocket) => {
        resolve(socket.getPeerCertificate().subjectaltname);
        socket.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const client = connect({ host: '127.0.0.1', port, ...tls(acquirer) });
    client.on('error', (error) => expect.fail(error.message));
    expect(await peer).toContain('spiffe://causeway/partner/sakura-pay');
    client.destroy();
    server.close();
  });
});
