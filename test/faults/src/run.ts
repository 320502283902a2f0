import { join } from 'node:path';
import type { Stack } from '@causeway/deploy-local';
import { PaymentState } from '@causeway/proto/common';
import { chanceFrom } from '@causeway/sandbox';
import {
  choosePlainly,
  insist,
  openPayer,
  type Payer,
  testStackOf,
  until,
  type World,
  worldOf,
} from '../../support/index.ts';
import { ClientLog } from './clients/log.ts';
import { recorded } from './clients/recorded.ts';
import { type Fault, PARTS, type Part, type Race, type Tally } from './fault.ts';
import type { Finding } from './finding.ts';
import { makeHappen } from './happen.ts';
import type { Ground } from './injectors/ground.ts';
import { Judge } from './judge/judge.ts';
import type { CommandLine } from './options.ts';
import type { Outcome } from './outcome.ts';
import { watched } from './processes.ts';
import { runRace } from './race.ts';
import type { Report } from './report.ts';
import { SEEDS_APART, say, stageOf } from './stage.ts';
import { Traffic } from './traffic/traffic.ts';

/** How long clients wait for one call: they look again soon, as most of a kill is waiting. */
const CLIENT_MS = 3_000;
/** How long a fault itself does, on a machine that may be busy. */
const FAULT_MS = 20_000;
/** What is paid in here. */
const PRICED = ['JPY', 'KRW', 'SGD', 'BHD'];
const PRICED_WITHIN_MS = 30_000;

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
  /** What was found that belongs to no single fault. */
  findings: Finding[];
  /** Clients who have been told to stop, and finish what they have begun. */
  ending: Promise<void>[];
  /** Brings back what was broken of these parts, or of all. */
  restore(parts?: readonly Part[]): Promise<void>;
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
  const payer = await openPayer(world);
  const restore = async (parts: readonly Part[] = PARTS) => {
    await ground.links.clear(parts);
    await processes.restore(parts);
    if (parts.includes('fx')) await hasPrices(payer);
  };
  const endMs = performance.now() + options.minutes * 60_000;
  return {
    ...{ world, stack, ground, log, traffic, judge, tally, options, endMs, restore, say },
    ...{ findings: [], ending: [] },
  };
}

/** Makes the faults happen one after the other, or runs the races, and judges. */
export async function runAll(
  run: Run,
  faults: readonly Fault[],
  races: readonly Race[],
): Promise<Report> {
  const startedMs = performance.now();
  const outcomes = await makeHappen(run, faults);
  const raced = await inRace(run, races);
  run.say('judging everything');
  await Promise.all(run.ending);
  const findings = [...run.findings, ...(await run.traffic.hear())];
  findings.push(...(await run.judge.all()), ...deaths(run));
  if (!(await run.judge.sandboxHasForgotten())) findings.push(...(await run.traffic.told(run.log)));
  await run.log.close();
  return {
    ...{ seed: run.options.seed, faults: outcomes, races: raced, findings },
    ...{ kills: run.tally.kills, acked: ackedIn(run.log), answered: run.log.answered },
    ...{ ledgerSums: run.judge.ledgerSums, boundaries: [...run.tally.boundaries.values()] },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

/** One race after the other; those of a single round at once, but for those that want everything. */
async function inRace(run: Run, races: readonly Race[]): Promise<Outcome[]> {
  const rounds = roundsIn(run.options);
  const one = async (race: Race) => {
    const outcome = await runRace(race, stageOf(run, SEEDS_APART, []), rounds);
    say(run, outcome);
    return outcome;
  };
  const atOnce = rounds > 1 ? [] : races.filter(({ lone }) => lone !== true);
  const outcomes = await Promise.all(atOnce.map(one));
  for (const race of races.filter((each) => !atOnce.includes(each))) outcomes.push(await one(race));
  return outcomes;
}

/**
 * Waits until codes show a price in each currency: just after fx has started they show few, and whoever
 * charges a code in another is declined.
 */
async function hasPrices(payer: Payer): Promise<void> {
  const isShown = ({ rateBoard }: Awaited<ReturnType<Payer['show']>>) =>
    PRICED.every((code) => rateBoard?.entries.some((one) => one.payeeCurrencyCode === code));
  await until(() => insist(() => payer.show()), isShown, { patienceMs: PRICED_WITHIN_MS });
}

/** A thousand rounds of each race, a few in the quick form, and one where faults were asked for. */
function roundsIn({ races, quick }: CommandLine): number {
  if (!races) return 1;
  return quick ? 3 : 1_000;
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
