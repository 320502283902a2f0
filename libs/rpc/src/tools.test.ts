import { ChannelCredentials, Client, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Certificates, Echo } from './echo.fixture.ts';
import { clientCredentials } from './tls.ts';

let certificates: Certificates;
let echo: Echo;
let client: Client;

beforeAll(async () => {
  certificates = await Certificates.issue();
});
afterAll(() => certificates.remove());
beforeEach(() => {
  echo = new Echo(certificates);
});
afterEach(async () => {
  client.close();
  await echo.stop();
});

const asIs = (bytes: Buffer) => bytes;

function connectRaw(port: number): void {
  const peer = { kinds: ['service'], id: undefined } as const;
  const credentials = clientCredentials(certificates.of('ops'), '127.0.0.1', peer);
  client = new Client(`localhost:${port}`, credentials);
}

function check(service: string): Promise<Buffer | ServiceError> {
  const request = Buffer.concat([Buffer.from([10, service.length]), Buffer.from(service)]);
  return new Promise((resolve) => {
    const path = '/grpc.health.v1.Health/Check';
    client.makeUnaryRequest(path, asIs, asIs, request, (error, response) =>
      resolve(error ?? (response as Buffer)),
    );
  });
}

describe('health', () => {
  it('is served for the server and each of its services', async () => {
    connectRaw((await echo.serve()).port);
    expect(await check('')).toEqual(Buffer.from([8, 1]));
    expect(await check('test.Echo')).toEqual(Buffer.from([8, 1]));
    expect(await check('test.Other')).toMatchObject({ code: status.NOT_FOUND });
  });

  it('tells watchers of a drain', async () => {
    const server = await echo.serve();
    connectRaw(server.port);
    const path = '/grpc.health.v1.Health/Watch';
    const stream = client.makeServerStreamRequest<Buffer, Buffer>(
      path,
      asIs,
      asIs,
      Buffer.alloc(0),
    );
    const seen: number[] = [];
    for await (const bytes of stream) {
      seen.push((bytes as Buffer)[1] ?? 0);
      if (seen.length === 1) void server.drain();
    }
    expect(seen).toEqual([1, 2]);
  });
});

describe('health for probes', () => {
  it('is served on a port of its own, without TLS, and nothing else is', async () => {
    const server = await echo.serve({ healthPort: 0 });
    client = new Client(`127.0.0.1:${server.healthPort}`, ChannelCredentials.createInsecure());
    expect(await check('')).toEqual(Buffer.from([8, 1]));
    expect(await check('liveness')).toEqual(Buffer.from([8, 1]));
    const said = await new Promise((resolve) => {
      client.makeUnaryRequest('/test.Echo/Say', asIs, asIs, Buffer.from('{}'), resolve);
    });
    expect(said).toMatchObject({ code: status.UNIMPLEMENTED });
  });

  it('tells apart a server that drains and one that is dead', async () => {
    const server = await echo.serve({ healthPort: 0 });
    const caller = echo.connect(server);
    const underWay = caller.say({ text: 'pause' });
    client = new Client(`127.0.0.1:${server.healthPort}`, ChannelCredentials.createInsecure());
    await new Promise((resolve) => setTimeout(resolve, 50));
    const drained = server.drain();
    expect(await check('')).toEqual(Buffer.from([8, 2]));
    expect(await check('liveness')).toEqual(Buffer.from([8, 1]));
    await Promise.all([underWay, drained]);
  });
});

// The first question has the descriptors indexed, which takes seconds of a core.
describe('reflection', { timeout: 60_000 }, () => {
  const symbol = 'causeway.common.v1.PeerService';
  // ServerReflectionRequest { file_containing_symbol }
  const forSymbol = Buffer.concat([Buffer.from([34, symbol.length]), Buffer.from(symbol)]);
  const ask = async (request = forSymbol) => {
    const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    const stream = client.makeBidiStreamRequest<Buffer, Buffer>(path, asIs, asIs);
    stream.write(request);
    stream.end();
    const answers: string[] = [];
    for await (const bytes of stream) answers.push((bytes as Buffer).toString('latin1'));
    return answers.join();
  };

  it('describes the protos', async () => {
    connectRaw((await echo.serve()).port);
    expect(await ask()).toContain('ExchangeRequest');
  });

  it('refuses what is no request, and lives on', async () => {
    connectRaw((await echo.serve()).port);
    const invalid = { code: status.INVALID_ARGUMENT };
    await expect(ask(Buffer.from([34, 255]))).rejects.toMatchObject(invalid);
    expect(await ask()).toContain('ExchangeRequest');
  });

  it('can be off', async () => {
    connectRaw((await echo.serve({ reflection: false })).port);
    await expect(ask()).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});
