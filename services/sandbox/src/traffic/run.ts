import type { Callers, WalletApp } from '@causeway/callers';
import type { Runtime } from '@causeway/runtime';
import { chanceFrom } from '../chance.ts';
import { placesOf } from '../places.ts';
import { ACQUIRERS } from '../world/acquirers.ts';
import type { AnswerSink } from './answers.ts';
import { openPayers } from './payers.ts';
import { makePayment } from './payment.ts';
import { type Mix, planPayment } from './plan.ts';

/** How much traffic, and of what kind. It ends by whichever bound is met first. */
export interface TrafficOptions {
  /** Names the run; its wallets and request ids follow from it. */
  run: string;
  seed: number;
  /** Payments begun each second, whether or not earlier ones were answered. */
  perSecond: number;
  maxPayments: number;
  maxDurationMs: number;
  /** Payments under way at most; one that finds no room is counted as skipped. */
  maxInFlight: number;
  /** Wallets that pay. */
  payers: number;
  mix: Mix;
  signal?: AbortSignal;
}

/** What a run did. */
export interface TrafficTotals {
  begun: number;
  skipped: number;
}

/**
 * Makes realistic payments at a steady rate, hands every answer to `sink`, and returns when the
 * last one is in. The rate does not yield to slow answers, since real shoppers do not.
 */
export async function runTraffic(
  runtime: Runtime,
  callers: Callers,
  options: TrafficOptions,
  sink: AnswerSink,
): Promise<TrafficTotals> {
  const chance = chanceFrom(options.seed);
  const apps = await openPayers(callers, options.run, options.payers);
  const byWallet = new Map<string, WalletApp>(apps.map((app) => [app.walletId, app]));
  const offered = await Promise.all(ACQUIRERS.map(({ id }) => placesOf(callers.as(id))));
  const world = { walletIds: [...byWallet.keys()], places: offered.flat() };
  const underWay = new Set<Promise<void>>();
  const totals: TrafficTotals = { begun: 0, skipped: 0 };
  const startedMs = runtime.clock.monotonicMs();

  for (let n = 0; n < options.maxPayments && !options.signal?.aborted; n += 1) {
    const dueMs = startedMs + (n * 1_000) / options.perSecond;
    if (dueMs - startedMs > options.maxDurationMs) break;
    await sleepUntil(runtime, dueMs);
    const planned = planPayment(chance, world, options.mix);
    const app = byWallet.get(planned.walletId);
    if (underWay.size >= options.maxInFlight || app === undefined) {
      totals.skipped += 1;
      continue;
    }
    totals.begun += 1;
    const payment = makePayment({
      runtime,
      app,
      acquirer: callers.as(planned.place.partnerId),
      planned,
      paymentRequestId: `${options.run}-${n}`,
      sink,
    }).finally(() => underWay.delete(payment));
    underWay.add(payment);
  }
  await Promise.all(underWay);
  return totals;
}

async function sleepUntil(runtime: Runtime, monotonicMs: number): Promise<void> {
  const waitMs = monotonicMs - runtime.clock.monotonicMs();
  if (waitMs > 1) await runtime.timers.sleep(waitMs);
}
