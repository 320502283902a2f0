import type { Database } from '@causeway/db';
import type { Probe } from '@causeway/probe';
import type { GetProbeResponse, ProbeServiceService } from '@causeway/proto/common';
import type { Issuer, StopServiceService } from '@causeway/proto/routing';
import type { GetBooksProbeResponse, ProbedBooks } from '@causeway/proto/settlement';
import { type Client, RpcFailure } from '@causeway/rpc';
import { type Runtime, Trouble } from '@causeway/runtime';
import { probeFindings, probeGoodAge, probeStops, probeUnbooked } from '../metrics.ts';
import { Comparison, type Standings, type TakenBooks } from './comparison.ts';

/** A service that tells what it found in its own books. */
type Prober = Pick<Client<typeof ProbeServiceService>, 'getProbe'>;

/** What a wallet operator is asked. */
export interface Operator extends TakenBooks, Prober {
  /** Whether it is another company, as its certificate says, and no service of this system. */
  isOutside(): boolean;
}

/** Some books, and the wallet operator from outside on whose word their state rests, if on one's. */
interface LookedAt {
  books: ProbedBooks;
  issuerId: string;
}

/** How all books are looked at. */
export interface BooksProbeOptions {
  db: Database;
  runtime: Runtime;
  /** The switch's own books. */
  own: Pick<Probe, 'state' | 'lookAtAll'>;
  routing: Standings &
    Prober &
    Pick<Client<typeof StopServiceService>, 'stopForBrokenBooks'> & {
      listIssuers(): Promise<{ issuers: readonly Issuer[] }>;
    };
  operatorOf(issuer: Issuer): Operator;
  everyMs: number;
  /** How long a look may compare each wallet operator's payments, in milliseconds. */
  budgetMs: number;
}

/** A look at everything, when asked for, compares each wallet operator for so long at most. */
const WHOLE_MS = 60_000;

/**
 * Asks every service again and again what it found in its own books, compares those of the wallet
 * operators with the switch's, and has new payments stopped while a rule is broken. It lives here
 * since the books of all payments do; nobody's database but this one's is read. Who does not answer
 * breaks no rule: the age of the last good look tells that.
 */
export class BooksProbe {
  readonly #options: BooksProbeOptions;
  readonly #comparisons = new Map<string, Comparison>();
  readonly #broken: Trouble;
  readonly #unstopped: Trouble;
  readonly #startedMs: number;
  #books: readonly ProbedBooks[] = [];
  #goodAt: Date | undefined;
  #cancel: (() => void) | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: BooksProbeOptions) {
    const { runtime } = options;
    this.#options = options;
    this.#broken = new Trouble(runtime, 'books break a rule: new payments are stopped', 'error');
    this.#unstopped = new Trouble(runtime, 'payments could not be stopped', 'error');
    this.#startedMs = runtime.clock.nowMs();
  }

  start(): void {
    const { everyMs, budgetMs, runtime } = this.#options;
    if (everyMs === 0) return;
    this.#cancel = runtime.timers.every(everyMs, () => this.#next(false, budgetMs));
  }

  /** What was found so far. */
  get state(): GetBooksProbeResponse {
    const broken = this.#books.some(({ findings }) => findings.length > 0);
    return { books: [...this.#books], broken, goodTime: this.#goodAt };
  }

  /** Has everybody look at all of their books now, and answers what was found. */
  async lookAtAll(): Promise<GetBooksProbeResponse> {
    // What is found once is suspected, and counts when it is found again.
    await this.#next(true, WHOLE_MS);
    const isSuspected = this.#books.some(({ goodTime, failure }) => !goodTime && failure === '');
    if (isSuspected || this.state.broken) await this.#next(false, WHOLE_MS);
    return this.state;
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#looking;
  }

  #next(lookNow: boolean, budgetMs: number): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look(lookNow, budgetMs));
    return this.#looking;
  }

  async #look(lookNow: boolean, budgetMs: number): Promise<void> {
    const { runtime, own, routing } = this.#options;
    const inside = [
      await told('settlement', async () => ownAnswer(lookNow ? await own.lookAtAll() : own.state)),
      await told('routing', () => routing.getProbe({ lookNow })),
    ];
    const all: LookedAt[] = [
      ...inside.map((books) => ({ books, issuerId: '' })),
      ...(await this.#operators(lookNow, budgetMs)),
    ];
    const looked = all.filter(({ books }) => isTold(books));
    const books = looked.map(({ books }) => books);
    this.#books = books;
    const isGood = books.every(({ findings, failure }) => findings.length === 0 && failure === '');
    if (isGood) this.#goodAt = oldest(books);
    for (const { name, findings } of books) probeFindings.set(findings.length, { books: name });
    const sinceMs = this.#goodAt?.getTime() ?? this.#startedMs;
    probeGoodAge.set((runtime.clock.nowMs() - sinceMs) / 1_000);
    await this.#stopIfBroken(looked);
  }

  async #operators(lookNow: boolean, budgetMs: number): Promise<LookedAt[]> {
    const { routing, operatorOf } = this.#options;
    const issuers = await routing.listIssuers().catch(() => ({ issuers: [] }));
    const looked: LookedAt[] = [];
    for (const issuer of issuers.issuers) {
      const { issuerId } = issuer;
      const operator = operatorOf(issuer);
      const itsOwn = await told(`issuer ${issuerId}`, () => operator.getProbe({ lookNow }));
      const compared = await this.#compared(issuerId, operator, budgetMs);
      const outside = operator.isOutside() ? issuerId : '';
      looked.push(...[itsOwn, compared].map((books) => ({ books, issuerId: outside })));
    }
    return looked;
  }

  async #compared(issuerId: string, operator: Operator, budgetMs: number): Promise<ProbedBooks> {
    const known = this.#comparisons.get(issuerId);
    const comparison = known ?? new Comparison(this.#options, issuerId);
    this.#comparisons.set(issuerId, comparison);
    let failure = '';
    await comparison.look(operator, budgetMs).catch((error: unknown) => {
      failure = failureOf(error);
    });
    const { findings, goodAt, unbooked } = comparison.state;
    probeUnbooked.set(unbooked, { issuer: issuerId });
    return {
      ...{ name: `${issuerId} and the switch`, findings, failure, goodTime: goodAt },
      unbookedCount: BigInt(unbooked),
    };
  }

  /**
   * Told again at each look: an operator who lifts the stop too early is stopped anew. What another
   * company says, or what is said against what it says, stops its own payments and nobody else's.
   */
  async #stopIfBroken(looked: readonly LookedAt[]): Promise<void> {
    const broken = looked.filter(({ books }) => books.findings.length > 0);
    if (broken.length === 0) return this.#broken.passed();
    const first = new Map(broken.toReversed().map((each) => [each.issuerId, each.books]));
    for (const [issuerId, { name, findings }] of first) {
      const reason = `${name}: ${findings[0]?.rule}; ${findings[0]?.detail}`;
      this.#broken.failed({ reason, issuerId });
      await this.#stop({ reason, issuerId });
    }
  }

  async #stop(request: { reason: string; issuerId: string }): Promise<void> {
    try {
      await this.#options.routing.stopForBrokenBooks(request);
      probeStops.add(1, { taken: true });
      this.#unstopped.passed();
    } catch (err) {
      probeStops.add(1, { taken: false });
      this.#unstopped.failed({ err });
    }
  }
}

/** What is said of books that nobody tells of. */
const UNTOLD = 'its operator does not tell';

async function told(name: string, ask: () => Promise<GetProbeResponse>): Promise<ProbedBooks> {
  const nothing = { name, unbookedCount: 0n };
  try {
    const { findings, goodTime } = await ask();
    return { ...nothing, findings, goodTime, failure: '' };
  } catch (error) {
    return { ...nothing, findings: [], goodTime: undefined, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): string {
  if (error instanceof RpcFailure && error.code === 'UNIMPLEMENTED') return UNTOLD;
  return error instanceof Error ? error.message : String(error);
}

/**
 * A wallet operator from outside need not tell of its books, which are compared by their files: then
 * nobody waits for them to be good.
 */
function isTold({ failure }: ProbedBooks): boolean {
  return failure !== UNTOLD;
}

function ownAnswer({ findings, goodAt, roundAt }: Probe['state']): GetProbeResponse {
  return { findings: [...findings], goodTime: goodAt, roundTime: roundAt };
}

/** Everything was good at the moment at which the oldest look at a part of it was. */
function oldest(books: readonly ProbedBooks[]): Date | undefined {
  const times = books.map(({ goodTime }) => goodTime);
  if (times.some((time) => time === undefined)) return undefined;
  return times.reduce((a, b) => (a && b && a < b ? a : b));
}
