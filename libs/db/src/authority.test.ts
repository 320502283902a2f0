import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates } from '@causeway/testing';
import { afterAll, expect, test } from 'vitest';
import { isUnavailable, openDatabase } from './index.ts';

const postgres = [{ kind: 'service' as const, id: 'postgres' }];
const [before, after] = [await testCertificates(postgres), await testCertificates(postgres)];
const folder = mkdtempSync(join(tmpdir(), 'causeway-authority-'));
const file = join(folder, 'ca.crt');
afterAll(() => rmSync(folder, { recursive: true }));

/** FATAL 57P03: said to whoever got through the encryption. */
const STARTING = Buffer.concat([
  Buffer.from('E'),
  Buffer.from([0, 0, 0, 4 + 7 + 7 + 3 + 1]),
  Buffer.from('SFATAL\0C57P03\0M!\0\0'),
]);

let certificate = before('postgres');
const server = createServer((socket: Socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.write('S');
    const secureContext = createSecureContext({
      cert: readFileSync(join(certificate, 'cert.pem')),
      key: readFileSync(join(certificate, 'key.pem')),
    });
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.on('error', () => {});
    secure.once('data', () => secure.end(STARTING));
  });
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
afterAll(() => server.close());

test('an authority that was renewed is believed by the next connection, without a restart', async () => {
  cpSync(join(before('postgres'), 'ca.pem'), file);
  const { port } = server.address() as AddressInfo;
  const url = `postgres://causeway:pw@127.0.0.1:${port}/causeway?sslmode=verify-full`;
  const db = openDatabase({ url, runtime: quietRuntime('test'), authorityFile: file });
  const reached = () => db.query('SELECT 1', []).catch((error: unknown) => error);
  expect(await reached()).toMatchObject({ code: '57P03' });

  certificate = after('postgres');
  const refused = await reached();
  expect(refused).toMatchObject({ code: expect.stringMatching(/CERT|SIGNATURE/) });
  expect(isUnavailable(refused)).toBe(true);

  cpSync(join(after('postgres'), 'ca.pem'), file);
  expect(await reached()).toMatchObject({ code: '57P03' });
  rmSync(file);
  expect(await reached()).toMatchObject({ code: '57P03' });
  await db.close();
});
