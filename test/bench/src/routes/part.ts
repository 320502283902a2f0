import { type Helper, startHelper } from '../measure/helper.ts';
import type { Bench, Part, Sample } from '../part.ts';
import type { RoutesChosen, RoutesLoad } from './load.ts';

interface Case extends Omit<RoutesLoad, 'seconds'> {
  line: string;
  title: string;
}

const FEW = 10;
const CASES: readonly Case[] = [
  { line: 'routes.one', title: 'one candidate', candidateCount: 1, otherCount: FEW },
  { line: 'routes.two', title: 'two candidates', candidateCount: 2, otherCount: FEW },
  { line: 'routes.eight', title: 'eight candidates', candidateCount: 8, otherCount: FEW },
  {
    line: 'routes.crowd',
    title: 'two candidates among a thousand routes of others',
    ...{ candidateCount: 2, otherCount: 1_000 },
  },
];

/** Nothing but computing, so that little time tells as much. */
const SECONDS_SHARE = 0.4;

/** The choice of routes alone, and what one more partner costs. */
export class RoutesPart implements Part {
  readonly name = 'routes';
  readonly title = 'Choices of routes, made and recorded by one process';
  #helper: Helper | undefined;

  async prepare({ watch }: Bench): Promise<void> {
    this.#helper = await startHelper('bench-work');
    watch.follow('choosing', this.#helper.pid);
  }

  async round(bench: Bench): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const each of CASES) samples.push(await this.#measure(bench, each));
    return samples;
  }

  async close(): Promise<void> {
    await this.#helper?.stop();
  }

  async #measure({ options, progress, watch }: Bench, each: Case): Promise<Sample> {
    const helper = this.#helper;
    if (helper === undefined) throw new Error('choices were not prepared');
    const { line, title, ...world } = each;
    progress(`choices, ${title}`);
    const load: RoutesLoad = { ...world, seconds: options.seconds * SECONDS_SHARE };
    const { result, busy } = await watch.during(() => helper.ask<RoutesChosen>('routes', load));
    return { line, title, perSecond: result.perSecond, busy, valid: true };
  }
}
