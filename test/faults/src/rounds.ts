import { type Fault, PARTS, type Part } from './fault.ts';
import type { Meanwhile } from './traffic/traffic.ts';

/** What every payment passes through. */
const PATH: readonly Part[] = ['routing', 'wallet', 'acquiring', 'fx', 'postgres'];
const CLIENTS = 3;
const FEW = 2;
/** A client of everything else that is begun where a fault asks for more of them; what each does is soon over. */
const SHORT: NonNullable<Meanwhile['kinds']> = ['code', 'code_refunded', 'order', 'merchant_code'];

/** Faults that can only be begun together: one, or those that share the environment of routing. */
export interface Job {
  faults: readonly Fault[];
  breaks: readonly Part[];
  needs: readonly Part[];
  /** What the environment of routing holds meanwhile; empty where it stays as it is. */
  under: Readonly<Record<string, string>>;
}

/** Jobs over the same traffic, which is judged when all of them are over. */
export interface Round {
  jobs: readonly Job[];
  traffic: Meanwhile;
}

/**
 * The rounds in which faults are made to happen. What allows nothing else comes first, on its own. In the
 * quick form all others make one round; otherwise what breaks everything has one of its own, and is judged
 * alone.
 */
export function roundsOf(faults: readonly Fault[], quick: boolean): Round[] {
  const single = (fault: Fault): Round => ({
    jobs: [jobOf([fault])],
    traffic: fault.traffic ?? { clients: CLIENTS },
  });
  const isAlone = ({ alone }: Fault) => alone === true;
  const isSingle = (fault: Fault) => isAlone(fault) || (!quick && fault.breaks === undefined);
  const others = faults.filter((fault) => !isSingle(fault));
  const [only] = others;
  const together = { jobs: jobsOf(others), traffic: { clients: quick ? FEW : CLIENTS } };
  const shared = others.length === 1 && only ? [single(only)] : [together];
  const singles = [
    ...faults.filter(isAlone),
    ...faults.filter((each) => !isAlone(each) && isSingle(each)),
  ];
  return [...singles.map(single), ...(others.length > 0 ? shared : [])];
}

/** Those that break most come first: whoever waits for them waits anyhow. */
function jobsOf(faults: readonly Fault[]): Job[] {
  const sharing = faults.filter(({ under }) => under !== undefined);
  const others = faults.filter(({ under }) => under === undefined);
  const jobs = [...others.map((fault) => [fault]), ...(sharing.length > 0 ? [sharing] : [])];
  return jobs.map(jobOf).toSorted((a, b) => b.breaks.length - a.breaks.length);
}

function jobOf(faults: readonly Fault[]): Job {
  const breaks = new Set(faults.flatMap(({ breaks: some = PARTS }) => some));
  const needs = new Set([...PATH, ...faults.flatMap(({ needs: some = [] }) => some)]);
  return {
    faults,
    breaks: [...breaks],
    needs: [...needs].filter((part) => !breaks.has(part)),
    under: Object.assign({}, ...faults.map(({ under = {} }) => under)),
  };
}

/** Whether a job would leave those alone that are under way, and they it. */
export function mayBegin({ breaks, needs }: Job, underWay: Iterable<Job>): boolean {
  return [...underWay].every(
    (other) =>
      !breaks.some((part) => other.breaks.includes(part) || other.needs.includes(part)) &&
      !needs.some((part) => other.breaks.includes(part)),
  );
}

/** Runs each job as soon as it may begin, in their order where several may. */
export async function inTurns(
  jobs: readonly Job[],
  run: (job: Job) => Promise<void>,
): Promise<void> {
  const underWay = new Map<Job, Promise<void>>();
  const waiting = [...jobs];
  while (waiting.length > 0 || underWay.size > 0) {
    const next = waiting.find((job) => mayBegin(job, underWay.keys()));
    if (next === undefined) {
      await Promise.race(underWay.values());
      continue;
    }
    waiting.splice(waiting.indexOf(next), 1);
    underWay.set(
      next,
      run(next).finally(() => underWay.delete(next)),
    );
  }
}

/** The clients that a fault asks for beyond those that pay anyhow. */
export function moreThan(usual: Meanwhile, { traffic }: Fault): Meanwhile {
  const clients = Math.max((traffic?.clients ?? 0) - usual.clients, 0);
  return { clients, kinds: traffic?.kinds ?? SHORT };
}
