import { join } from 'node:path';
import type { Stack } from '@causeway/deploy-local';
import { PaymentState } from '@causeway/proto/common';
import { chanceFrom } from '@causeway/sandbox';
import { choosePlainly, testStackOf, type World, worldOf } from '../../support/index.ts';
import { ClientLog } from './clients/log.ts';
import { recorded } from './clients/recorded.ts';
import type { Fault, Race, Stage, Tally } from './fault.ts';
import { broken, type Finding } from './finding.ts';
import type { Ground } from './injectors/ground.ts';
import { Judge } from './judge/judge.ts';
import type { CommandLine } from './options.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { watched } from './processes.ts';
import { runRace } from './race.ts';
import type { Report } from './report.ts';
import { Traffic } from './traffic/traffic.ts';

/** How long clients wait for one call: they look again soon, as most of a kill is waiting. */
const CLIENT_MS = 3_000;
/** How long a fault itself does, on a machine that may be busy. */
const FAULT_MS = 20_000;
const CLIENTS = 3;
/** Seeds of faults, of traffic and of races are apart. */
const SEEDS_APART = 1_000;

/** Everything that a run needs. */
export interface Run {
  world: World;
  stack: Stack;
  ground: Ground;
  log: ClientLog;
  traffic: Traffic;
  judge: Judge;
  tally: Tally;
  options: CommandLine;
  /** When no other fault is begun, as `performance.now()` tells it. */
  endMs: number;
  restore(): Promise<void>;
  say(text: string): void;
}

/** Opens a run on a stack that has just started. */
export async function openRun(
  stack: Stack,
  ground: Ground,
  options: CommandLine,
  say: (text: string) => void,
): Promise<Run> {
  const log = new ClientLog(join(options.state, 'answers.jsonl'));
  const tally: Tally = { kills: 0, boundaries: new Map() };
  const own = testStackOf(stack);
  const processes = watched(own.processes, tally);
  const between = (callers: World['callers']) => recorded(callers, log);
  const reached = (timeoutMs: number) => worldOf({ ...own, processes }, { timeoutMs, between });
  const world = reached(FAULT_MS);
  // Routes that a fault made fail would be closed for what comes after it.
  await choosePlainly(world);
  const traffic = await Traffic.open(reached(CLIENT_MS), chanceFrom(options.seed));
  const judge = await Judge.of(world, log);
  const restore = async () => {
    await ground.links.clear();
    await processes.restore();
  };
  const endMs = performance.now() + options.minutes * 60_000;
  return { world, stack, ground, log, traffic, judge, tally, options, endMs, restore, say };
}

/** Makes the faults happen one after the other, or runs the races, and judges. */
export async function runAll(
  run: Run,
  faults: readonly Fault[],
  races: readonly Race[],
): Promise<Report> {
  const startedMs = performance.now();
  const outcomes = await inTurn(run, faults);
  const raced: Outcome[] = [];
  for (const race of races) {
    const stage = stageOf(run, SEEDS_APART, []);
    const outcome = await runRace(race, stage, roundsIn(run.options));
    say(run, outcome);
    raced.push(outcome);
  }
  run.say('judging everything');
  const findings = [...(await run.traffic.hear()), ...(await run.judge.all()), ...deaths(run)];
  if (!(await run.judge.sandboxHasForgotten())) findings.push(...(await run.traffic.told(run.log)));
  await run.log.close();
  return {
    ...{ seed: run.options.seed, faults: outcomes, races: raced, findings },
    ...{ kills: run.tally.kills, acked: ackedIn(run.log), answered: run.log.answered },
    ...{ ledgerSums: run.judge.ledgerSums, boundaries: [...run.tally.boundaries.values()] },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

/** A thousand rounds of each race, a few in the quick form, and one where faults were asked for. */
function roundsIn({ races, quick }: CommandLine): number {
  if (!races) return 1;
  return quick ? 3 : 1_000;
}

/** One fault after the other; in the quick form those with a stack of their own beside the others. */
async function inTurn(run: Run, faults: readonly Fault[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const one = async (fault: Fault) => {
    const isOver = performance.now() > run.endMs;
    const outcome = await (isOver ? notBegun(fault) : runFault(run, fault));
    say(run, outcome);
    outcomes.push(outcome);
  };
  const isBeside = ({ apart }: Fault) => run.options.quick && apart === true;
  const beside = faults.filter(isBeside).map(one);
  for (const fault of faults.filter((each) => !isBeside(each))) await one(fault);
  await Promise.all(beside);
  return outcomes.toSorted((a, b) => Number(a.id) - Number(b.id));
}

async function runFault(run: Run, fault: Fault): Promise<Outcome> {
  const startedMs = performance.now();
  const { clients, kinds, patienceMs } = fault.traffic ?? { clients: CLIENTS };
  run.say(`fault ${fault.id}: ${fault.title}`);
  const found: Finding[] = [];
  const figures: Record<string, number> = {};
  const stage: Stage = { ...stageOf(run, fault.id, found), note: noteIn(figures) };
  const happen = (flow = stage.flow) =>
    fault
      .run({ ...stage, flow })
      .catch((error) => void found.push(broken(`fault ${fault.id}`, error)));
  if (fault.apart) {
    await happen();
    return outcomeOf(fault.id, fault.title, startedMs, found, figures);
  }
  const flow = run.traffic.flow(clients, kinds, patienceMs);
  await happen(flow);
  await run.restore().catch((error) => found.push(broken('bringing all back', error)));
  await flow.stop();
  found.push(...(await run.traffic.hear()));
  // The quick form looks at all books once, at the end.
  found.push(...(await (run.options.quick ? run.judge.ended() : run.judge.all())));
  return outcomeOf(fault.id, fault.title, startedMs, found, figures);
}

function stageOf(run: Run, id: number, found: Finding[]): Stage {
  const { world, stack, traffic, tally, options, endMs, restore } = run;
  const { links, disks } = run.ground;
  const { quick, long, seed } = options;
  return {
    ...{ quick, long, world, stack, links, disks, traffic, tally, endMs, restore },
    chance: chanceFrom(seed * SEEDS_APART + id),
    flow: { stop: async () => {} },
    say: (text) => run.say(`  ${text}`),
    note: () => {},
    found: (finding) => {
      run.say(`  ${finding.kind}: ${finding.what}`);
      found.push(finding);
    },
  };
}

function noteIn(figures: Record<string, number>): Stage['note'] {
  return (noted) => {
    Object.assign(figures, noted);
  };
}

function notBegun({ id, title }: Fault): Outcome {
  const what = 'the time was over before it could be made to happen';
  return outcomeOf(id, title, performance.now(), [{ kind: 'wrong', what }], {});
}

function say(run: Run, { id, passed, seconds, findings }: Outcome): void {
  run.say(`${passed ? 'ok' : 'FAILED'} ${id} in ${seconds} s`);
  for (const { kind, what } of findings) run.say(`  ${kind}: ${what}`);
}

function deaths({ stack }: Run): Finding[] {
  return stack.deaths.map((what) => ({ kind: 'wrong', what }));
}

function ackedIn({ told }: ClientLog): number {
  const ended = told.filter(
    ({ payment }) => payment.state !== PaymentState.PENDING && !payment.cancelling,
  );
  return new Set(ended.map(({ payment }) => payment.paymentId)).size;
}
