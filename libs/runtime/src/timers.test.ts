import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { systemRandom } from './random.ts';
import { manualRuntime } from './testing.ts';
import { systemTimers } from './timers.ts';

describe('systemTimers', () => {
  it('never lets two runs overlap, and goes on after a failure', async () => {
    const errors: unknown[] = [];
    const timers = systemTimers((error) => errors.push(error));
    let running = 0;
    let overlapped = false;
    let runs = 0;
    const cancel = timers.every(1, async () => {
      running += 1;
      overlapped ||= running > 1;
      await timers.sleep(5);
      running -= 1;
      runs += 1;
      if (runs === 1) throw new Error('once');
    });
    while (runs < 3) await timers.sleep(2);
    cancel();
    const after = runs;
    await timers.sleep(20);
    expect(overlapped).toBe(false);
    expect(errors).toHaveLength(1);
    expect(runs - after).toBeLessThanOrEqual(1);
  });

  it('wakes a sleeper that is aborted', async () => {
    const controller = new AbortController();
    const sleeping = systemTimers(() => {}).sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });
});

describe('systemClock', () => {
  it('answers whole milliseconds that agree with its date', () => {
    const clock = systemClock();
    const ms = clock.nowMs();
    expect(Number.isInteger(ms)).toBe(true);
    expect(Math.abs(ms - Date.now())).toBeLessThan(1000);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(ms);
    expect(systemClock(300_000).nowMs() - ms).toBeGreaterThanOrEqual(300_000);
  });
});

describe('systemRandom', () => {
  it('answers as many digits as were asked for', () => {
    for (const n of [1, 14, 15, 40])
      expect(systemRandom.digits(n)).toMatch(new RegExp(`^\\d{${n}}$`));
  });
});

describe('manualRuntime', () => {
  it('moves only by hand, and runs in order of time', async () => {
    const runtime = manualRuntime({ startMs: 1000 });
    const seen: string[] = [];
    runtime.timers.after(20, () => seen.push(`b ${runtime.clock.nowMs()}`));
    runtime.timers.after(10, () => seen.push(`a ${runtime.clock.nowMs()}`));
    const cancel = runtime.timers.every(15, () => seen.push(`e ${runtime.clock.nowMs()}`));
    await runtime.advance(30);
    cancel();
    await runtime.advance(100);
    expect(seen).toEqual(['a 1010', 'e 1015', 'b 1020', 'e 1030']);
    expect(manualRuntime({ seed: 7 }).random.uuid()).toBe(manualRuntime({ seed: 7 }).random.uuid());
  });
});
