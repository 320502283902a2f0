import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '@causeway/sandbox';
import { holds } from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import type { Weather } from '../injectors/proxy.ts';

/** What comes over a link, and for how long at most. */
const WEATHERS: readonly Weather[] = [
  { kind: 'delay', ms: 40, jitterMs: 120 },
  { kind: 'silent', at: 'caller' },
  { kind: 'silent', at: 'callee' },
  { kind: 'silent', at: 'both' },
  { kind: 'refuse' },
];
const WEATHER_MS = 1_000;

/** Beyond the list: what a network does between any two processes. */
export const links: Fault = {
  id: 31,
  title: 'links between services are slow, cut, half-open or refuse',
  injected:
    'a proxy between every two processes: one link after the other is delayed, silent at one end or both, refuses, and is reset at the end',
  invariant: 'no answer is lost or doubled, whichever half of a call did not arrive',
  traffic: { clients: 8 },
  async run({ links, chance, quick, note, say }) {
    const names = links.names().filter((name) => !/→(postgres|nats)$/.test(name));
    holds(names.length > 0, 'no services are linked');
    let cut = 0;
    const rounds = quick ? 6 : names.length * WEATHERS.length;
    for (let round = 0; round < rounds; round += 1) {
      const name = quick ? pick(chance, names) : (names[round % names.length] ?? '');
      const weather = quick ? pick(chance, WEATHERS) : at(WEATHERS, round);
      await links.set([name], weather);
      await sleep(WEATHER_MS);
      cut += await links.cut([name], 0.7);
      await links.set([name], { kind: 'clear' });
      say(`${name}: ${weather.kind}`);
    }
    note({ rounds, connections_cut: cut });
  },
};

/** In an order that does not go round with that of the links. */
function at(weathers: readonly Weather[], round: number): Weather {
  return weathers[Math.floor(round / 3) % weathers.length] ?? { kind: 'clear' };
}
