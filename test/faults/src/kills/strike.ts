import { setTimeout as sleep } from 'node:timers/promises';
import { pick, wholeBetween } from '@causeway/sandbox';
import type { Boundary, Stage } from '../fault.ts';
import { watchHits } from './hit.ts';
import type { Point } from './points.ts';

/** What is done to a process at a step boundary. */
export type Blow = 'crash' | 'freeze';

/** A busy machine may take long to lead there. */
const HIT_WITHIN_MS = 120_000;
const LEAD_EVERY_MS = 400;
const POLL_MS = 40;
/** At most so many clients are led there at once: what they do goes on after the blow. */
const LED_AT_ONCE = 4;
/** Longer than most calls are waited for, and far less than leases last for ever. */
const FROZEN_MS = { least: 800, most: 4_000 };
const LATEST_PASS = 3;
/** So many clients who wait for somebody that is down are enough. */
const CROWDED = 24;

/**
 * Starts a service armed to die or freeze at one step boundary, leads clients there until it does, and
 * answers whether something was in that step. A service that died stays down; one that froze goes on.
 */
export async function strike(stage: Stage, point: Point, blow: Blow): Promise<boolean> {
  const { service, failpoint, also = '', env = {} } = point;
  // One of its replicas alone: the others go on.
  const { processes } = stage.stack;
  const pass = point.first ? 1 : wholeBetween(stage.chance, 1, LATEST_PASS);
  const hit = watchHits(stage.world, service);
  const armed = { ...env, CAUSEWAY_FAILPOINTS: `${also};${failpoint}=${blow}@${pass}` };
  // It may be in that step before it serves.
  const starting = processes.restart(service, armed).catch(unlessKilled);
  // Heard further down; until then a failure must not end the run.
  starting.catch(() => {});
  const seen = await untilHit(stage, point, async () => hit()?.failpoint === failpoint);
  if (!seen) {
    await starting;
    return false;
  }
  if (blow === 'freeze') {
    await sleep(wholeBetween(stage.chance, FROZEN_MS.least, FROZEN_MS.most));
    await processes.resume(service);
  }
  await starting;
  record(stage, point, blow, hit()?.hit ?? 1);
  return true;
}

/** Has clients do what leads there, a few at a time, until it has happened or the time is over. */
async function untilHit(
  { traffic, chance }: Stage,
  { kinds }: Point,
  isHit: () => Promise<boolean>,
): Promise<boolean> {
  const giveUpAtMs = performance.now() + HIT_WITHIN_MS;
  let led = 0;
  let nextMs = performance.now();
  while (!(await isHit())) {
    const nowMs = performance.now();
    if (nowMs > giveUpAtMs) return false;
    const hasRoom = led < (traffic.open < CROWDED ? LED_AT_ONCE : 1);
    if (nowMs >= nextMs && hasRoom) {
      led += 1;
      void traffic.begin(pick(chance, kinds)).then(() => {
        led -= 1;
      });
      nextMs = nowMs + LEAD_EVERY_MS;
    }
    await sleep(POLL_MS);
  }
  return true;
}

/** Some failpoints are passed before the service has said that it is ready. */
function unlessKilled(error: unknown): void {
  if (!(error instanceof Error) || !error.message.includes('killed by SIGKILL')) throw error;
}

function record({ tally }: Stage, point: Point, blow: Blow, passes: number): void {
  const { service, failpoint } = point;
  const key = `${service} ${failpoint}`;
  const none: Boundary = { service, failpoint, kills: 0, freezes: 0, passes: 0 };
  const known = tally.boundaries.get(key) ?? none;
  if (blow === 'crash') tally.kills += 1;
  tally.boundaries.set(key, {
    ...known,
    kills: known.kills + (blow === 'crash' ? 1 : 0),
    freezes: known.freezes + (blow === 'freeze' ? 1 : 0),
    passes: known.passes + passes,
  });
}
