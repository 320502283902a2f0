import { type Chance, chanceFrom, wholeBetween } from '@causeway/sandbox';
import type { Fault, Stage } from '../fault.ts';
import { type Killed, POINTS, type Point } from '../kills/points.ts';
import { type Blow, strike } from '../kills/strike.ts';

const TWICE: readonly Blow[] = ['crash', 'freeze', 'crash'];
const OFTEN: readonly Blow[] = [...TWICE, 'crash', 'crash'];
/**
 * What each step boundary gets in a full run, some 230 kills and 96 freezes. Every boundary of a service
 * gets its first before any gets its second: where the time is short, all were met.
 */
const FULL: Readonly<Record<Killed, readonly Blow[]>> = {
  ...{ routing: TWICE, wallet: OFTEN, acquiring: TWICE, settlement: TWICE, fx: OFTEN },
};
/** How many of each service are met in the quick form. */
const QUICK: Readonly<Record<Killed, number>> = {
  ...{ routing: 3, wallet: 2, acquiring: 2, settlement: 1, fx: 1 },
};
/** What takes long to be led to has no place in the quick form. */
const SLOW = new Set(['day', 'dispute', 'cap', 'order_late', 'partner']);

/** One blow to come. */
interface Blows {
  point: Point;
  blow: Blow;
}

export const killed: Fault = {
  id: 5,
  title: 'kill -9 and freeze of each service at each step boundary',
  injected: 'named failpoints that end (SIGKILL) or stop (SIGSTOP) the process, several at once',
  invariant:
    'everything has ended within 60 s of the restart, or is parked and alerted; what was answered stays',
  traffic: { clients: 2 },
  async run(stage) {
    const services = Object.keys(QUICK) as Killed[];
    // What is drawn for one service must not depend on when another one dies.
    const lanes = services.map((service) => ({ service, chance: chanceFrom(drawn(stage.chance)) }));
    await Promise.all(lanes.map(({ service, chance }) => strikeAll({ ...stage, chance }, service)));
    await stage.restore();
    const met = [...stage.tally.boundaries.values()];
    if (!stage.quick && met.length < POINTS.length) {
      const what = `${POINTS.length - met.length} step boundaries were never passed`;
      stage.found({ kind: 'wrong', what });
    }
    stage.note({
      boundaries: met.length,
      kills: met.reduce((sum, { kills }) => sum + kills, 0),
      freezes: met.reduce((sum, { freezes }) => sum + freezes, 0),
    });
  },
};

function drawn(chance: Chance): number {
  return wholeBetween(chance, 0, 2 ** 31 - 1);
}

/** Several services are down at once now and then, which must change nothing. */
async function strikeAll(stage: Stage, service: Killed): Promise<void> {
  const points = POINTS.filter((point) => point.service === service);
  const blows = stage.quick
    ? shuffled(stage.chance, fewOf(points)).slice(0, QUICK[service])
    : FULL[service].flatMap((blow) =>
        shuffled(stage.chance, points).map((point) => ({ point, blow })),
      );
  const missed: Blows[] = [];
  for (const [at, { point, blow }] of blows.entries()) {
    if (performance.now() > stage.endMs) break;
    stage.say(`${service} ${at + 1}/${blows.length}: ${blow} at ${point.failpoint}`);
    // One that did not start, as for want of time for its database, is started again, as by whoever runs it.
    const isMet = await strike(stage, point, blow).catch((error) => stage.say(String(error)));
    if (!isMet) missed.push({ point, blow });
  }
  // A machine that is busy with what others do may have led nobody there in time.
  for (const { point, blow } of missed) {
    stage.say(`${service} again: ${blow} at ${point.failpoint}`);
    if (await strike(stage, point, blow)) continue;
    stage.found({ kind: 'wrong', what: `${service} never passed ${point.failpoint} (${blow})` });
  }
  await stage.stack.processes.restart(service);
}

function fewOf(points: readonly Point[]): Blows[] {
  const fast = points.filter(({ kinds, env }) => !env && !kinds.some((kind) => SLOW.has(kind)));
  return fast.map((point, at) => ({ point, blow: at % 4 === 3 ? 'freeze' : 'crash' }));
}

function shuffled<T>(chance: Chance, items: readonly T[]): T[] {
  const left = [...items];
  for (let at = left.length - 1; at > 0; at -= 1) {
    const other = wholeBetween(chance, 0, at);
    const [a, b] = [left[at], left[other]];
    if (a !== undefined && b !== undefined) [left[at], left[other]] = [b, a];
  }
  return left;
}
