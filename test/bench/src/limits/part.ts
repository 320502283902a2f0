import type { Looped } from '../measure/closed-loop.ts';
import { ENDED } from '../measure/cpu-watch.ts';
import { type Helper, startHelper } from '../measure/helper.ts';
import { Histogram, latencyOf } from '../measure/histogram.ts';
import { median } from '../measure/statistics.ts';
import { makeOwnDatabase, settleDisk } from '../own-database.ts';
import type { Bench, Part, Problem, Sample } from '../part.ts';
import type { EchoLoad } from './echo-load.ts';
import { folderBesideData, measureFsync } from './fsync.ts';
import { hasPgbench, runPgbench } from './pgbench.ts';
import { makeTpcbData, sizesAt, tpcbSumsAgree } from './tpcb-data.ts';
import type { TpcbLoad } from './tpcb-load.ts';

/** A certificate that the stack has; which one makes no difference. */
const ACQUIRER_ID = 'sakura';
const ECHO_IN_FLIGHT = [32, 256];
const TPCB_SCALE = 100;
const TINY_SCALE = 1;
const TPCB_CLIENTS = 32;
/** By how much our port and pgbench may differ. */
const TPCB_TOLERANCE = 0.2;
/** The disk's latency is told by some hundred writes. */
const FSYNC_SHARE = 0.2;

/** What this machine can do with the same parts: gRPC, Postgres, the disk. */
export class LimitsPart implements Part {
  readonly name = 'limits';
  readonly title = 'Limits of this machine';
  #server: Helper | undefined;
  #load: Helper | undefined;
  #echoAddress = '';
  #tpcbUrl = '';
  #scale = TPCB_SCALE;
  #dataFolder: string | undefined;
  #hasPgbench = false;

  async prepare({ options, stack, progress, watch }: Bench): Promise<void> {
    this.#server = await startHelper('bench-echo');
    this.#load = await startHelper('bench-work');
    watch.follow('echo server', this.#server.pid);
    watch.follow('client', this.#load.pid);
    const port = await this.#server.ask<number>('serve', { certs: stack.certs, as: 'acquiring' });
    this.#echoAddress = `127.0.0.1:${port}`;
    if (options.tiny) this.#scale = TINY_SCALE;
    progress(`loading ${sizesAt(this.#scale).accounts} rows for the tpcb-like transaction`);
    this.#tpcbUrl = await makeOwnDatabase(stack, 'bench_tpcb');
    await makeTpcbData(this.#tpcbUrl, this.#scale);
    await settleDisk(this.#tpcbUrl);
    this.#dataFolder = await folderBesideData(this.#tpcbUrl);
    // At the smallest scale and in the shortest time it does nothing, which it calls an error.
    this.#hasPgbench = !options.tiny && hasPgbench();
  }

  async round(bench: Bench): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const inFlight of ECHO_IN_FLIGHT) samples.push(await this.#echo(bench, inFlight));
    samples.push(await this.#tpcb(bench));
    if (this.#hasPgbench) samples.push(await this.#pgbench(bench));
    await settleDisk(this.#tpcbUrl);
    if (this.#dataFolder !== undefined) samples.push(await this.#fsync(bench, this.#dataFolder));
    return samples;
  }

  async finish(_bench: Bench, samples: readonly Sample[]): Promise<Sample[]> {
    return agreement(samples);
  }

  async check(): Promise<Problem[]> {
    const agree = await tpcbSumsAgree(this.#tpcbUrl);
    return agree ? [] : [{ what: 'the sums of the tpcb-like tables differ' }];
  }

  async close(): Promise<void> {
    await this.#load?.stop();
    await this.#server?.stop();
  }

  async #echo(bench: Bench, inFlight: number): Promise<Sample> {
    const title = `bare unary echo over mTLS, ${inFlight} in flight`;
    const load: EchoLoad = {
      address: this.#echoAddress,
      certs: bench.stack.certs,
      caller: ACQUIRER_ID,
      inFlight,
      seconds: bench.options.seconds,
    };
    return this.#looped(bench, `echo.${inFlight}`, title, 'echo', load);
  }

  async #tpcb(bench: Bench): Promise<Sample> {
    const title = `tpcb-like transaction, ${TPCB_CLIENTS} clients, our port`;
    const { seconds } = bench.options;
    const load: TpcbLoad = {
      url: this.#tpcbUrl,
      scale: this.#scale,
      inFlight: TPCB_CLIENTS,
      seconds,
    };
    return this.#looped(bench, 'tpcb.port', title, 'tpcb', load);
  }

  async #looped(
    { progress, watch }: Bench,
    line: string,
    title: string,
    command: string,
    load: EchoLoad | TpcbLoad,
  ): Promise<Sample> {
    progress(title);
    const { result, busy } = await watch.during(() => this.#asked().ask<Looped>(command, load));
    const latency = latencyOf(Histogram.from(result.latency));
    return { line, title, perSecond: result.perSecond, ...latency, busy, valid: true };
  }

  async #pgbench({ options, progress, watch }: Bench): Promise<Sample> {
    const title = `tpcb-like transaction, ${TPCB_CLIENTS} clients, pgbench`;
    progress(title);
    const { result, busy } = await watch.during(() =>
      runPgbench(this.#tpcbUrl, TPCB_CLIENTS, options.seconds),
    );
    // By the end of the measurement it has ended.
    const named = busy.map((each) =>
      each.process === ENDED ? { ...each, process: 'pgbench' } : each,
    );
    return { line: 'tpcb.pgbench', title, perSecond: result.perSecond, busy: named, valid: true };
  }

  async #fsync({ options, progress, runtime, watch }: Bench, folder: string): Promise<Sample> {
    const title = 'write of 8 kB and fdatasync, one after the other';
    progress(title);
    const { result, seconds, busy } = await watch.during(async () =>
      measureFsync(runtime.clock, folder, options.seconds * FSYNC_SHARE),
    );
    const perSecond = result.count / seconds;
    return { line: 'fsync', title, perSecond, ...latencyOf(result), busy, valid: true };
  }

  #asked(): Helper {
    if (this.#load === undefined) throw new Error('the limits were not prepared');
    return this.#load;
  }
}

/** Whether our port of the tpcb-like transaction is a fair stand-in where pgbench is not found. */
export function agreement(samples: readonly Sample[]): Sample[] {
  const rateOf = (line: string) =>
    median(samples.flatMap((one) => (one.line === line ? (one.perSecond ?? []) : [])));
  const ratio = rateOf('tpcb.port') / rateOf('tpcb.pgbench');
  if (!Number.isFinite(ratio)) return [];
  const agrees = Math.abs(ratio - 1) <= TPCB_TOLERANCE;
  return [
    {
      line: 'agreement',
      title: 'our port of the tpcb-like transaction ÷ pgbench',
      busy: [],
      valid: agrees,
      notes: [`${ratio.toFixed(3)}; ${agrees ? 'they agree' : 'they differ by more than a fifth'}`],
    },
  ];
}
