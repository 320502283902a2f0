import { type Helper, startHelper } from '../measure/helper.ts';
import { makeOwnDatabase, settleDisk } from '../own-database.ts';
import type { Bench, BenchOptions, Part, Problem, Sample } from '../part.ts';
import type { Reconciled, ReconcileLoad } from './load.ts';

const COUNT = 1_000_000;
const QUICK_COUNT = 200_000;
const TINY_COUNT = 4_000;
/** Booking the day, reading its file and matching it, on a machine that does nothing else. */
const SECONDS_PER_MILLION = 180;
const BYTES_PER_MIB = 1_048_576;

function countOf({ quick, tiny }: BenchOptions): number {
  if (tiny) return TINY_COUNT;
  return quick ? QUICK_COUNT : COUNT;
}

/** A partner's file of a day held against the books, with every kind of break in it. */
export class ReconcilePart implements Part {
  readonly name = 'reconcile';
  readonly title = "A partner's file of one day, read and matched with the books by one process";
  #helper: Helper | undefined;
  #problems: Problem[] = [];

  closingSeconds(options: BenchOptions): number {
    return (countOf(options) / COUNT) * SECONDS_PER_MILLION;
  }

  async prepare({ watch }: Bench): Promise<void> {
    this.#helper = await startHelper('bench-work');
    watch.follow('reconciling', this.#helper.pid);
  }

  async finish({ stack, options, progress, watch }: Bench): Promise<Sample[]> {
    const helper = this.#helper;
    if (helper === undefined) throw new Error('the reconciliation was not prepared');
    const count = countOf(options);
    const url = await makeOwnDatabase(stack, 'bench_reconcile');
    const load: ReconcileLoad = { url, count };
    progress(`booking a day of ${count} payments`);
    await helper.ask('prepareReconcile', load);
    await settleDisk(url);
    progress(`reconciling ${count} lines`);
    const { result, busy } = await watch.during(() => helper.ask<Reconciled>('reconcile', load));
    this.#problems = result.problems.map((what) => ({ what: `reconciliation: ${what}` }));
    return [sampleOf(count, result, busy)];
  }

  async check(): Promise<Problem[]> {
    return this.#problems;
  }

  async close(): Promise<void> {
    await this.#helper?.stop();
  }
}

function sampleOf(
  count: number,
  { loadSeconds, matchSeconds, peakBytes, startBytes }: Reconciled,
  busy: Sample['busy'],
): Sample {
  const mebibytes = (bytes: number) => Math.round(bytes / BYTES_PER_MIB);
  const perSecond = count / (loadSeconds + matchSeconds);
  return {
    line: 'reconcile.day',
    title: `${count} lines, one in 500 with a break`,
    ...{ perSecond, busy, valid: true },
    notes: [
      `read and kept in ${loadSeconds.toFixed(1)} s, matched in ${matchSeconds.toFixed(1)} s`,
      `${mebibytes(peakBytes)} MiB at most, ${mebibytes(startBytes)} MiB before`,
    ],
    figures: {
      reconcile_lines_ps: perSecond,
      reconcile_peak_mib: mebibytes(peakBytes),
    },
  };
}
