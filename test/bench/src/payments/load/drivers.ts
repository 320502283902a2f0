import type { Load } from './load.ts';
import type { Pace } from './protocol.ts';

/** Stops sending; what is under way is still answered. */
export type Stop = () => void;

/** Begins to send at the pace, until it is stopped or the codes have run out. */
export function drive(load: Load, pace: Pace, chance: () => number): Stop {
  return pace.kind === 'closed' ? driveClosed(load, pace.inFlight) : driveOpen(load, pace, chance);
}

function driveClosed(load: Load, inFlight: number): Stop {
  let stopped = false;
  load.onEnded = () => {
    if (!stopped) load.send(performance.now());
  };
  for (let n = 0; n < inFlight; n += 1) load.send(performance.now());
  return () => {
    stopped = true;
  };
}

/**
 * Arrivals of a Poisson process. The timer ticks each millisecond and sends what is due by then;
 * the latency counts from when it was due. What finds no room, or no code where codes are made
 * alongside, is dropped and counted.
 */
function driveOpen(
  load: Load,
  { perSecond, maxInFlight }: Extract<Pace, { kind: 'open' }>,
  chance: () => number,
): Stop {
  const gapMs = () => (-Math.log(1 - chance()) * 1_000) / perSecond;
  let dueMs = performance.now() + gapMs();
  load.onEnded = () => {};
  const timer = setInterval(() => {
    for (const nowMs = performance.now(); dueMs <= nowMs; dueMs += gapMs()) {
      const hasRoom = load.underWay < maxInFlight && load.ready;
      load.tally.arrived(hasRoom);
      if (hasRoom) load.send(dueMs);
    }
  }, 1);
  return () => clearInterval(timer);
}
