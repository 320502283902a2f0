import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { Refusal } from '@causeway/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Certificates, Echo } from './echo.fixture.ts';
import { isUnknownOutcome } from './failures.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';

let certificates: Certificates;
let echo: Echo;

beforeAll(async () => {
  certificates = await Certificates.issue();
});
afterAll(() => certificates.remove());
beforeEach(() => {
  echo = new Echo(certificates);
});
afterEach(() => echo.stop());

/** Passes bytes on to a port, until it is cut. */
class Cable {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(to: number) {
    this.#server = createServer((inbound) => {
      const outbound = connectSocket(to, '127.0.0.1');
      for (const socket of [inbound, outbound]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
      }
      inbound.pipe(outbound).pipe(inbound);
    });
  }

  async plug(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  unplug(): void {
    this.cut();
    this.#server.close();
  }
}

const error = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (thrown: Error) => thrown,
  );

describe('a coalesced stream', () => {
  it('that breaks leaves every call on it unknown, and the next call opens another', async () => {
    const server = await echo.serve();
    const cable = new Cable(server.port);
    const client = echo.connect(await cable.plug(), { mode: 'coalesced' });
    await client.say({ text: 'warm' });
    const waiting = [1, 2, 3].map(() => error(client.say({ text: 'wait' })));
    await expect.poll(() => echo.seen.length).toBe(4);
    cable.cut();
    for (const failed of await Promise.all(waiting)) {
      expect(failed).toMatchObject({ code: 'UNAVAILABLE' });
      expect(isUnknownOutcome(failed)).toBe(true);
    }
    await expect.poll(() => echo.seen.slice(1).every((call) => call.signal.aborted)).toBe(true);
    expect(await client.say({ text: 'again' })).toEqual({ text: 'again' });
    cable.unplug();
  });

  it('does not let a slow call hold up the others', async () => {
    const client = echo.connect(await echo.serve(), { mode: 'coalesced' });
    const answered: string[] = [];
    const say = (text: string) => client.say({ text }).then(() => answered.push(text));
    await Promise.all([say('pause'), ...Array.from({ length: 300 }, (_, i) => say(`${i}`))]);
    expect(answered).toHaveLength(301);
    expect(answered.at(-1)).toBe('pause');
  });

  it('carries large calls in several frames', async () => {
    const client = echo.connect(await echo.serve(), { mode: 'coalesced' });
    const text = 'x'.repeat(200_000);
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.say({ text })));
    expect(answers.every((answer) => answer.text === text)).toBe(true);
  });

  it('survives the largest frame, and a response that is too large', async () => {
    const client = echo.connect(await echo.serve(), { mode: 'coalesced' });
    const sizes = [...Array.from({ length: 63 }, () => 4_000), MAX_MESSAGE_BYTES - 100];
    const swelling = error(client.say({ text: 'swell' }));
    const answers = await Promise.all(sizes.map((size) => client.say({ text: 'x'.repeat(size) })));
    expect(answers.map(({ text }) => text.length)).toEqual(sizes);
    expect(await swelling).toMatchObject({ code: 'INTERNAL', unknownOutcome: true });
  });

  it('is given up by its client when the server drains, and none of its calls is lost', async () => {
    const [first, second] = [await echo.serve(), await echo.serve()];
    const client = echo.connect([first.port, second.port], { mode: 'coalesced' });
    const outcomes: unknown[] = [];
    let draining = false;
    const speak = async () => {
      while (!draining || outcomes.length < 200) {
        outcomes.push((await error(client.say({ text: 'pause' }))) ?? 'answered');
        if (outcomes.length >= 200) return;
      }
    };
    const speaking = Array.from({ length: 40 }, speak);
    await expect.poll(() => outcomes.length).toBeGreaterThan(40);
    draining = true;
    await first.drain();
    await Promise.all(speaking);
    expect(new Set(outcomes)).toEqual(new Set(['answered']));
  });

  it('is for services only', async () => {
    const tls = certificates.of('acq-sg');
    const client = echo.connect(await echo.serve(), { mode: 'coalesced', tls });
    const refused = await error(client.say({ text: 'hello' }));
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
    expect(await echo.connect(await echo.serve(), { tls }).say({ text: 'hello' })).toEqual({
      text: 'hello',
    });
  });

  it('holds every method to its own rule', async () => {
    const server = await echo.serve({ grants: { 'service/routing': ['internal'] } });
    const client = echo.connect(server, { mode: 'coalesced' });
    expect(await error(client.say({ text: 'hello' }))).toMatchObject({ reason: 'SCOPE_MISSING' });
  });

  it('sends no call whose deadline passed while the peer was away', async () => {
    const server = await echo.serve();
    await server.drain();
    const client = echo.connect(server, { mode: 'coalesced' });
    await error(client.say({ text: 'first' }));
    await error(client.say({ text: 'second' }));
    const late = await error(client.say({ text: 'third' }, { timeoutMs: 15 }));
    expect(late).toMatchObject({ unknownOutcome: false });
    expect(echo.seen).toEqual([]);
  });
});
