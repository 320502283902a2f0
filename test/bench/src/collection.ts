import type { Busy } from './measure/cpu-watch.ts';
import { median, type Spread, spreadOf } from './measure/statistics.ts';
import type { Part, Sample } from './part.ts';

/** One line of the report, from all rounds. */
export interface Collected {
  part: string;
  partTitle: string;
  line: string;
  title: string;
  perSecond: Spread | undefined;
  offeredPerSecond: number | undefined;
  series: string | undefined;
  p50Ms: Spread | undefined;
  p99Ms: Spread | undefined;
  p999Ms: Spread | undefined;
  /** Medians by process, busiest first. */
  busy: Busy[];
  notes: readonly string[];
  /** How many rounds count, and how many there were. */
  validRounds: number;
  rounds: number;
  figures: Readonly<Record<string, number>>;
  /** The rates of the rounds that count, in their order. */
  rates: readonly number[];
}

interface Line {
  part: Part;
  samples: Sample[];
}

/** Gathers the samples of all rounds by line. */
export class Collection {
  readonly #lines = new Map<string, Line>();

  add(part: Part, samples: readonly Sample[]): void {
    for (const sample of samples) {
      const line = this.#lines.get(sample.line) ?? { part, samples: [] };
      line.samples.push(sample);
      this.#lines.set(sample.line, line);
    }
  }

  /** All samples so far. */
  samples(): Sample[] {
    return [...this.#lines.values()].flatMap(({ samples }) => samples);
  }

  /** Medians and spreads of all lines, in the order in which they first came. */
  lines(): Collected[] {
    return [...this.#lines].map(([line, { part, samples }]) => collect(part, line, samples));
  }
}

/** A line's figures come from the rounds that count; where none does, they show what was seen. */
function collect(part: Part, line: string, samples: readonly Sample[]): Collected {
  const valid = samples.filter((sample) => sample.valid);
  const shown = valid.length > 0 ? valid : samples;
  const spread = (of: (sample: Sample) => number | undefined) =>
    spreadOf(shown.flatMap((sample) => of(sample) ?? []));
  return {
    part: part.name,
    partTitle: part.title,
    line,
    title: samples[0]?.title ?? line,
    perSecond: spread(({ perSecond }) => perSecond),
    offeredPerSecond: spread(({ offeredPerSecond }) => offeredPerSecond)?.median,
    series: samples[0]?.series,
    p50Ms: spread(({ p50Ms }) => p50Ms),
    p99Ms: spread(({ p99Ms }) => p99Ms),
    p999Ms: spread(({ p999Ms }) => p999Ms),
    busy: medianBusy(shown.map(({ busy }) => busy)),
    notes: [...new Set(samples.flatMap(({ notes }) => notes ?? []))],
    validRounds: valid.length,
    rounds: samples.length,
    figures: medianFigures(valid),
    rates: valid.flatMap(({ perSecond }) => perSecond ?? []),
  };
}

function medianBusy(rounds: readonly (readonly Busy[])[]): Busy[] {
  return [...grouped(rounds.flat(), ({ process }) => process)]
    .map(([process, all]) => {
      const details = all.flatMap(({ detail }) => (detail ? [detail] : []));
      return {
        process,
        cores: median(all.map(({ cores }) => cores)),
        ...(details.length > 0 && { detail: medianBusy(details) }),
      };
    })
    .sort((a, b) => b.cores - a.cores);
}

function medianFigures(samples: readonly Sample[]): Record<string, number> {
  const all = samples.flatMap(({ figures }) => Object.entries(figures ?? {}));
  return Object.fromEntries(
    [...grouped(all, ([name]) => name)].map(([name, found]) => [
      name,
      median(found.map(([, figure]) => figure)),
    ]),
  );
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return groups;
}
