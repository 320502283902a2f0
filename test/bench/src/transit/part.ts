import { ALGORITHMS } from '@causeway/transit';
import { type Helper, startHelper } from '../measure/helper.ts';
import type { Bench, Part, Sample } from '../part.ts';
import type { TransitLoad, TransitVerified } from './load.ts';

interface Case extends Omit<TransitLoad, 'seconds'> {
  line: string;
  title: string;
}

const CASES: readonly Case[] = ALGORITHMS.flatMap((algorithm): Case[] => {
  const [name, curve] = algorithm === 'ES256' ? ['es256', 'P-256'] : ['eddsa', 'Ed25519'];
  return [
    {
      ...{ line: `transit.${name}`, title: `${curve}, riders new to the gate` },
      ...{ algorithm, fresh: true, by: 'node' },
    },
    {
      ...{ line: `transit.${name}_known`, title: `${curve}, riders seen before` },
      ...{ algorithm, fresh: false, by: 'node' },
    },
    {
      ...{ line: `transit.${name}_web`, title: `${curve}, new to a gate with Web Crypto` },
      ...{ algorithm, fresh: true, by: 'web' },
    },
  ];
});

/** As many as one gate sees in a day; and enough to run all code. */
const RIDERS = 2_000;
const FEW_RIDERS = 20;

/** Nothing but computing, so that little time tells as much. */
const SECONDS_SHARE = 0.4;

/** What a gate does with each code, from its text to the outcome. */
export class TransitPart implements Part {
  readonly name = 'transit';
  readonly title = 'Transit codes verified and judged by one process, one after the other';
  #helper: Helper | undefined;

  async prepare({ options, watch, progress }: Bench): Promise<void> {
    this.#helper = await startHelper('bench-work');
    watch.follow('gate', this.#helper.pid);
    progress('riders with transit grants');
    await this.#helper.ask('prepareTransit', { riders: options.tiny ? FEW_RIDERS : RIDERS });
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
    if (helper === undefined) throw new Error('no riders were made');
    const { line, title, ...how } = each;
    progress(`transit codes, ${title}`);
    const load: TransitLoad = { ...how, seconds: options.seconds * SECONDS_SHARE };
    const { result, busy } = await watch.during(() => helper.ask<TransitVerified>('transit', load));
    return { line, title, ...result, busy, valid: true };
  }
}
