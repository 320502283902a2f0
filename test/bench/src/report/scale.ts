const STEPS = [1, 2, 2.5, 5, 10];
const MOST_STEPS = 8;

/** From 0 in equal round steps to the first that is not below `max`, which is above 0. */
export function niceSteps(max: number): number[] {
  const power = 10 ** Math.floor(Math.log10(max / MOST_STEPS));
  const step = power * (STEPS.find((each) => max / (each * power) <= MOST_STEPS) ?? 10);
  const count = Math.ceil(max / step);
  return Array.from({ length: count + 1 }, (_, n) => n * step);
}

/** 1, 2, 5, 10, 20, 50 … from the last that is not above `min` to the first not below `max`. */
export function decades(min: number, max: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); ; power += 1) {
    for (const digit of [1, 2, 5]) {
      // Written as a decimal, since 10 ** -1 * 5 is not quite 0.5.
      const tick = Number(`${digit}e${power}`);
      if (tick <= min) ticks.length = 0;
      ticks.push(tick);
      if (tick >= max && ticks.length > 1) return ticks;
    }
  }
}
