import { manualRuntime } from '@causeway/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Certificates, Echo } from './echo.fixture.ts';
import { type Lookup, Places } from './places.ts';

const { clock, advance } = manualRuntime();

function placesOf(addresses: string[], find: Lookup = async () => []): Places {
  return new Places(addresses, clock, find);
}

const addresses = (places: Places) => places.all.map(({ address }) => address);

describe('where servers are', () => {
  it('is what was told, several between commas', () => {
    const places = placesOf(['127.0.0.1:1, [::1]:2', 'localhost:3']);
    expect(addresses(places)).toEqual(['127.0.0.1:1', '[::1]:2', 'localhost:3']);
    expect(places.all.map(({ host }) => host)).toEqual(['127.0.0.1', '::1', 'localhost']);
    expect(places.stale).toBe(false);
    expect(() => placesOf([' ,'])).toThrow(RangeError);
  });

  it('is all that a name stands for, each known by that name', async () => {
    const places = placesOf(['routing:7000'], async () => ['10.0.0.1', 'fd00::2']);
    expect(places.stale).toBe(true);
    await places.refresh();
    expect(places.all).toEqual([
      { address: '10.0.0.1:7000', host: 'routing' },
      { address: '[fd00::2]:7000', host: 'routing' },
    ]);
  });

  it('is looked up again after a while, and kept while nobody can say', async () => {
    const answers = [['10.0.0.1', '10.0.0.2'], undefined, ['10.0.0.2', '10.0.0.3'], ['10.0.0.3']];
    const places = placesOf(['routing:7000'], async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('the name server is away');
      return answer;
    });
    const seen: string[][] = [];
    for (let round = 0; round < 4; round += 1) {
      await places.refresh();
      expect(places.stale).toBe(false);
      seen.push(addresses(places));
      await advance(5_000);
      expect(places.stale).toBe(true);
    }
    expect(seen).toEqual([
      ['10.0.0.1:7000', '10.0.0.2:7000'],
      ['10.0.0.1:7000', '10.0.0.2:7000'],
      ['10.0.0.2:7000', '10.0.0.3:7000'],
      // A name of one server is left to its channel.
      ['routing:7000'],
    ]);
  });
});

describe.each(['unary', 'coalesced'] as const)('%s calls to a name of two servers', (mode) => {
  let certificates: Certificates;
  let echo: Echo;
  beforeAll(async () => {
    certificates = await Certificates.issue();
    echo = new Echo(certificates);
  });
  afterAll(async () => {
    await echo.stop();
    certificates.remove();
  });

  it('go to both in turn, and to the one that is left', async () => {
    const first = await echo.serve();
    const second = await echo.serve({ host: '127.0.0.2', port: first.port });
    // With a dot at its end it is a name that has to be looked up, and the certificate's.
    const address = `localhost.:${first.port}`;
    const lookup = async () => ['127.0.0.1', '127.0.0.2'];
    const client = echo.connect(first, { mode, address, lookup });
    // The first call begins the look-up, and goes nowhere: no system knows that name.
    await client.say({ text: 'hello?' }).catch(() => undefined);
    const answered = async () => {
      const said = await Promise.all([1, 2, 3, 4].map(() => client.say({ text: 'hello' })));
      return said.length;
    };
    expect(await answered()).toBe(4);
    await first.drain();
    expect(await answered()).toBe(4);
    await second.drain();
    await expect(client.say({ text: 'nobody' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
