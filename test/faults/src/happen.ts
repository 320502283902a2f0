import type { Fault, Stage } from './fault.ts';
import { broken, type Finding } from './finding.ts';
import { type Outcome, outcomeOf, withMore } from './outcome.ts';
import { inTurns, type Job, moreThan, type Round, roundsOf } from './rounds.ts';
import type { Run } from './run.ts';
import { say, stageOf } from './stage.ts';

/** A fault that was made to happen. */
interface Happened {
  /** Looks at what it left for later. */
  look(): Promise<void>;
  /** What came of it so far. */
  outcome(): Outcome;
}

/**
 * Makes faults happen, round after round; those that have a stack of their own beside all of them. The
 * quick form looks at everything once, when all are over, and otherwise each round is judged at its end.
 */
export async function makeHappen(run: Run, faults: readonly Fault[]): Promise<Outcome[]> {
  const { quick } = run.options;
  const isApart = ({ apart }: Fault) => apart === true;
  const beside = faults.filter(isApart).map((fault) => happen(run, fault));
  const outcomes: Outcome[] = [];
  const all: Happened[] = [];
  for (const round of roundsOf(
    faults.filter((fault) => !isApart(fault)),
    quick,
  )) {
    // Some want nobody else to do anything, not even to finish.
    await Promise.all(run.ending.splice(0));
    const flow = run.traffic.flow(round.traffic);
    const happened: Happened[] = [];
    await inTurns(round.jobs, async (job) => {
      happened.push(...(await runJob(run, round, job)));
    });
    // Whoever pays finishes what is begun, and is waited for at the end.
    run.ending.push(flow.stop());
    if (quick) all.push(...happened);
    else outcomes.push(...(await judged(run, happened)));
  }
  all.push(...(await Promise.all(beside)));
  outcomes.push(...(await lookedAt(run, all)));
  return outcomes.toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** What came of a round that is over. What the judge finds is told of the fault where it is a lone one. */
async function judged(run: Run, happened: readonly Happened[]): Promise<Outcome[]> {
  const [only, ...others] = await lookedAt(run, happened);
  const found = [...(await run.traffic.hear()), ...(await run.judge.all())];
  for (const { kind, what } of found) run.say(`  ${kind}: ${what}`);
  if (only && others.length === 0) return [withMore(only, found)];
  run.findings.push(...found);
  return only ? [only, ...others] : [];
}

/** Has each look at what it left for later, while everything is up. */
async function lookedAt(run: Run, happened: readonly Happened[]): Promise<Outcome[]> {
  await Promise.all([...happened.map(({ look }) => look()), ...run.ending.splice(0)]);
  const outcomes = happened.map(({ outcome }) => outcome());
  for (const outcome of outcomes) say(run, outcome);
  return outcomes;
}

/** Makes what belongs together happen, and brings back what it has broken. */
async function runJob(run: Run, { traffic, jobs }: Round, job: Job): Promise<Happened[]> {
  const { faults, breaks, under } = job;
  if (performance.now() > run.endMs) return faults.map(notBegun);
  const restore = () => run.restore(breaks);
  const more = jobs.length === 1 ? [] : faults.map((fault) => moreThan(traffic, fault));
  const flows = more.filter(({ clients }) => clients > 0).map((each) => run.traffic.flow(each));
  const isUnder = Object.keys(under).length > 0;
  // One that cannot be started so is found by the faults that need it.
  if (isUnder) await run.world.stack.processes.restart('routing', under).catch(() => {});
  const happened = await Promise.all(faults.map((fault) => happen(run, fault, restore)));
  for (const flow of flows) run.ending.push(flow.stop());
  await restore().catch((error) => run.findings.push(broken('bringing all back', error)));
  return happened;
}

async function happen(run: Run, fault: Fault, restore = run.restore): Promise<Happened> {
  const { id, title } = fault;
  const startedMs = performance.now();
  run.say(`fault ${id}: ${title}`);
  const found: Finding[] = [];
  const figures: Record<string, number> = {};
  const looks: (() => Promise<void>)[] = [];
  const stage: Stage = {
    ...stageOf(run, id, found),
    restore,
    note: (noted) => void Object.assign(figures, noted),
    afterwards: (look) => void looks.push(look),
  };
  const unlessBroken = (act: () => Promise<void>) =>
    act().catch((error) => void found.push(broken(`fault ${id}`, error)));
  await unlessBroken(() => fault.run(stage));
  const over = outcomeOf(id, title, startedMs, found, figures);
  run.say(`fault ${id} is over after ${over.seconds} s`);
  return {
    look: async () => void (await Promise.all(looks.map(unlessBroken))),
    outcome: () => ({ ...outcomeOf(id, title, startedMs, found, figures), seconds: over.seconds }),
  };
}

function notBegun({ id, title }: Fault): Happened {
  const what = 'the time was over before it could be made to happen';
  const outcome = outcomeOf(id, title, performance.now(), [{ kind: 'wrong', what }], {});
  return { look: async () => {}, outcome: () => outcome };
}
