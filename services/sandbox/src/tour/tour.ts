import { placesOf } from '../places.ts';
import { OPERATOR_ID } from '../seed/seed.ts';
import { ACQUIRERS } from '../world/acquirers.ts';
import { REFERENCE_DAY } from '../world/reference.ts';
import { openPayer } from './actors.ts';
import { bookedBy } from './arithmetic.ts';
import { agrees, BOOKING_PATIENCE_MS, bookedTransfers, expectedBooking } from './books.ts';
import { broken, type Check, describeFailure, holds, same } from './checks.ts';
import { checkFiles } from './files.ts';
import { rebuildBooks } from './rebuild.ts';
import { type Report, type ReportedScenario, readBack } from './report.ts';
import * as say from './say.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { columns, heads } from './screen.ts';
import { closeWindows } from './settlement.ts';
import type { Backstage, Scenario, Stage } from './stage.ts';
import type { Verdict } from './verifier.ts';

const EVERY_KIND = 'agreement cashier code merchant_qr transit';
const PAYER_OPENING_MINOR = 10_000_00n;

/**
 * Plays every scenario, then holds the books to what the payments say. What a scenario throws is
 * a failure of the report; throws only where there is no world to play in.
 */
export async function runTour(
  backstage: Backstage,
  verify: () => Promise<Verdict>,
): Promise<Report> {
  const stage = await setUp(backstage);
  stage.screen.title(
    'Causeway: a Hong Kong wallet pays abroad',
    `a market around ${REFERENCE_DAY.source} ${REFERENCE_DAY.date}`,
  );
  const scenarios: ReportedScenario[] = [];
  for (const scenario of SCENARIOS) {
    scenarios.push(await playOne(stage, scenario, scenarios.length + 1));
  }
  const found: Pick<Report, 'payments' | 'refunds' | 'settlement' | 'checks'> = {
    payments: [],
    refunds: [],
    settlement: [],
    checks: {},
  };
  const settlement: Scenario = {
    name: 'settlement',
    title: 'The day is closed early: what each participant is owed, or owes',
    async play() {
      const closed = await closeWindows(stage);
      found.settlement = closed.settlement;
      return [...closed.checks, ...(await checkFiles(stage, closed.windows))];
    },
  };
  scenarios.push(await playOne(stage, settlement, scenarios.length + 1));
  const audit: Scenario = {
    name: 'books',
    title: 'The books, recomputed from their entries',
    play: () => auditBooks(stage, verify, found),
  };
  scenarios.push(await playOne(stage, audit, scenarios.length + 1));
  const failures = scenarios.flatMap(({ name, checks }) =>
    checks.filter((check) => !check.ok).map((check) => describeFailure(name, check)),
  );
  return { ok: failures.length === 0, ...found, scenarios, failures };
}

async function setUp(backstage: Backstage): Promise<Stage> {
  const places = await seededPlaces(backstage);
  // A wallet of the tour's own leaves the seeded ones, and their limits, to whoever plays.
  const payer = await openPayer(backstage, 'Tour payer', 'advanced', PAYER_OPENING_MINOR);
  return { ...backstage, places, payer, payments: new Map() };
}

async function playOne(
  stage: Stage,
  scenario: Scenario,
  number: number,
): Promise<ReportedScenario> {
  const { name, title } = scenario;
  stage.screen.scenario(number, title);
  const checks = await scenario.play(stage).catch((error) => [broken(error)]);
  stage.screen.checks(checks);
  return { name, title, ok: checks.every((check) => check.ok), checks };
}

/** Waits until every fact has been booked, then lets the verifier recompute everything. */
async function auditBooks(
  stage: Stage,
  verify: () => Promise<Verdict>,
  found: Pick<Report, 'payments' | 'refunds' | 'checks'>,
): Promise<Check[]> {
  const { payments, refunds, read, unexplained } = await readBack(stage);
  Object.assign(found, { payments, refunds });
  const unbooked: string[] = [];
  // One bound for all: where the books stand still, every payment would wait in vain.
  const giveUpAtMs = stage.runtime.clock.monotonicMs() + BOOKING_PATIENCE_MS;
  for (const payment of read) {
    const booked = bookedBy(await bookedTransfers(stage, payment, giveUpAtMs));
    if (!agrees(booked, expectedBooking(payment))) unbooked.push(payment.paymentId);
  }
  stage.screen.step('books', 'all facts of these payments are booked', `${read.length} payments`);
  const verdict = await verify();
  found.checks = verdict.found;
  stage.screen.step(
    'books',
    'the verifier reads every entry',
    `${verdict.found.rows_read ?? 0} rows`,
  );
  const otherwise = await rebuildBooks(stage);
  await showPositions(stage);
  const kinds = new Set(payments.map(({ kind }) => kind));
  return [
    same('every way to pay was taken', EVERY_KIND, [...kinds].sort().join(' ')),
    same('every route is explained, and chosen again as it was', '', unexplained.join(' ')),
    same('what the books say of each payment is what the payment says', '', unbooked.join(' ')),
    holds('the verifier finds every book in order', verdict.ok, verdict.failures.join('; ')),
    same('facts and commands make the same books again', '', otherwise),
  ];
}

async function showPositions(stage: Stage): Promise<void> {
  const { settlement } = stage.callers.as(OPERATOR_ID);
  const { positions } = await settlement.listPositions({ participantId: '' });
  stage.screen.step('operator', 'reads what each participant owes or is owed');
  stage.screen.detail(
    columns(
      [
        heads('participant', 'captured', 'refunded', 'net'),
        ...positions.map((position) => [
          position.participantId,
          say.money(position.captured),
          say.money(position.refunded),
          say.money(position.net),
        ]),
      ],
      [1, 2, 3],
    ),
  );
}

async function seededPlaces({ callers }: Backstage): Promise<Stage['places']> {
  const byCity = await Promise.all(
    ACQUIRERS.map(async ({ id, city, merchants }) => {
      const places = await placesOf(callers.as(id));
      // In the order in which they were seeded; the service lists them by their ids.
      const nth = (name: string) => merchants.findIndex((shop) => shop.displayName === name);
      const seeded = places.filter((place) => nth(place.displayName) >= 0);
      seeded.sort((a, b) => nth(a.displayName) - nth(b.displayName));
      return [city, seeded] as const;
    }),
  );
  return new Map(byCity);
}
