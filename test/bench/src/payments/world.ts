import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCallers } from '@causeway/callers';
import { ACQUIRERS, ISSUER, placesOf } from '@causeway/sandbox';
import type { Bench } from '../part.ts';
import { loadedWalletId, loadWallets } from '../past/wallets.ts';
import type { World } from './load/protocol.ts';

/** Below the HKD 20,000 that the widest tier may spend in a day, by what a plan may be off. */
const BUDGET_MINOR = 19_000_00n;
const RUN_DIGITS = 10;

/** Who pays in a world. */
export interface Payers {
  /** The ids of open wallets, each with enough money for the day's limit of its tier. */
  walletIds: readonly string[];
  /** Tells apart the worlds of one bench: part of every request id, and of the journal's name. */
  name: string;
  seed: number;
}

/** Opens `count` wallets in bulk, as many as were never opened here before, from `first` on. */
export async function openWallets({ stack }: Bench, first: number, count: number) {
  await loadWallets(stack, { first, count });
  return Array.from({ length: count }, (_, index) => loadedWalletId(first + index));
}

/** The sandbox's acquirers and merchants with these payers, as the load generator needs them. */
export async function worldOf(bench: Bench, payers: Payers): Promise<World> {
  const { runtime, stack, options } = bench;
  const callers = openCallers(runtime, stack);
  try {
    const offered = await Promise.all(ACQUIRERS.map(({ id }) => placesOf(callers.as(id))));
    mkdirSync(options.folder, { recursive: true });
    const run = `${payers.name}${runtime.random.digits(RUN_DIGITS)}`;
    return {
      acquiringAddress: addressOf(bench, 'acquiring'),
      walletAddress: addressOf(bench, 'wallet'),
      certs: stack.certs,
      issuerId: ISSUER.id,
      payerCurrencyCode: ISSUER.currencyCode,
      rates: await shownRates(callers.as(ISSUER.id)),
      places: offered.flat(),
      walletIds: payers.walletIds,
      budgetMinor: BUDGET_MINOR,
      run,
      seed: payers.seed,
      journal: join(options.folder, `answers-${run}.bin`),
    };
  } finally {
    callers.close();
  }
}

function addressOf({ stack }: Bench, service: string): string {
  const address = stack.endpoints[service];
  if (address === undefined) throw new Error(`the stack has no ${service}`);
  return address;
}

/** What payers are shown now, by payee currency. */
async function shownRates({ fx }: Pick<ReturnType<ReturnType<typeof openCallers>['as']>, 'fx'>) {
  const newest = { payerCurrencyCode: ISSUER.currencyCode, rateBoardId: '' };
  const { rateBoard } = await fx.getRateBoard(newest);
  const entries = rateBoard?.entries ?? [];
  return Object.fromEntries(
    entries.map(({ payeeCurrencyCode, rate }) => [payeeCurrencyCode, rate]),
  );
}
