import type { Runtime } from '@causeway/runtime';
import { CORRECTION_CHECKS } from './checks/corrections.ts';
import { leasesAgree, ROUTING_COVER_CHECKS, SETTLEMENT_COVER_CHECKS } from './checks/cover.ts';
import { type Crossed, crossBooks } from './checks/cross.ts';
import { FLOAT_CHECKS } from './checks/float.ts';
import { currencySums, LEDGER_CHECKS } from './checks/ledger.ts';
import { IN_FLIGHT, ROUTING_CHECKS, ROUTING_TABLES } from './checks/routing.ts';
import { SETTLEMENT_CHECKS } from './checks/settlement.ts';
import { countRows, runSqlCheck, type SqlCheck } from './checks/sql-check.ts';
import { TREASURY_CHECKS } from './checks/treasury.ts';
import { WALLET_CHECKS, WALLET_TABLES } from './checks/wallet.ts';
import { WINDOW_CHECKS } from './checks/windows.ts';
import { type CheckResult, type Report, resultOf } from './report.ts';
import { type Snapshot, type SourceAddress, type SourceKind, withSnapshots } from './source.ts';

const CHECKS: Record<SourceKind, readonly SqlCheck[]> = {
  wallet: [...LEDGER_CHECKS, ...WALLET_CHECKS, ...FLOAT_CHECKS],
  routing: [...ROUTING_CHECKS, ...ROUTING_COVER_CHECKS],
  settlement: [
    ...LEDGER_CHECKS,
    ...SETTLEMENT_CHECKS,
    ...WINDOW_CHECKS,
    ...CORRECTION_CHECKS,
    ...SETTLEMENT_COVER_CHECKS,
  ],
  fx: TREASURY_CHECKS,
};

const TABLES: Record<SourceKind, readonly string[]> = {
  wallet: WALLET_TABLES,
  routing: ROUTING_TABLES,
  settlement: [
    ...['totals', 'bookings', 'ledger_accounts', 'ledger_transfers', 'charges', 'commands'],
    ...['adjustments', 'disputes', 'dispute_steps'],
  ],
  fx: ['exposures', 'exposure_facts', 'cover_trades'],
};

/** Recomputes everything once. Reads only; trusts nothing but rows. */
export function verify(
  addresses: readonly SourceAddress[],
  graceSeconds: number,
  runtime: Runtime,
): Promise<Report> {
  return withSnapshots(addresses, runtime, async (snapshots) => {
    const own: CheckResult[] = [];
    for (const snapshot of snapshots) {
      const { kind } = snapshot.address;
      await countRows(snapshot, TABLES[kind]);
      for (const check of CHECKS[kind]) own.push(await runSqlCheck(snapshot, check));
    }
    const { sums, result } = await sumsToZero(snapshots);
    const crossed = await cross(snapshots, graceSeconds);
    const checks = [result, ...own, ...crossed.checks];
    const hold = (of: readonly CheckResult[]) => of.every(({ ok }) => ok);
    return {
      ok: hold(checks),
      ledger_sums: sums,
      balances_recomputed: hold(own.filter(({ name }) => !name.startsWith('routing '))),
      cross_books: crossed.checks.length > 0 && hold(crossed.checks),
      facts_match_states: hold(own.filter(({ name }) => name.startsWith('routing '))),
      in_flight: (await inFlight(snapshots)) + crossed.lagging,
      rows_read: snapshots.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      checks,
    };
  });
}

/** The table of accounts of each kind of books. */
const ACCOUNTS: Partial<Record<SourceKind, string>> = {
  wallet: 'ledger_accounts',
  settlement: 'accounts',
};

async function sumsToZero(snapshots: readonly Snapshot[]) {
  const sums = new Map<string, bigint>();
  for (const snapshot of snapshots) {
    const accounts = ACCOUNTS[snapshot.address.kind];
    if (accounts === undefined) continue;
    for (const [currency, sum] of await currencySums(snapshot, accounts)) {
      // Two ledgers that are wrong in opposite ways must not cancel out.
      const before = sums.get(currency) ?? 0n;
      sums.set(currency, before === 0n || sum === 0n ? before + sum : abs(before) + abs(sum));
    }
  }
  const problems = [...sums].filter(([, sum]) => sum !== 0n).map(([c, sum]) => `${c}: ${sum}`);
  const rule = 'debits equal credits in every currency of every ledger';
  return {
    sums: Object.fromEntries([...sums].map(([currency, sum]) => [currency, String(sum)])),
    result: resultOf('sums', rule, problems),
  };
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Books can be compared where all three kinds were given. */
async function cross(snapshots: readonly Snapshot[], graceSeconds: number): Promise<Crossed> {
  const of = (kind: SourceKind) => snapshots.filter(({ address }) => address.kind === kind);
  const [routing] = of('routing');
  const [settlement] = of('settlement');
  const wallets = of('wallet');
  if (!routing || !settlement || wallets.length === 0) return { checks: [], lagging: 0 };
  const { checks, lagging } = await crossBooks(routing, wallets, settlement, graceSeconds);
  return { checks: [...checks, await leasesAgree(routing, settlement)], lagging };
}

async function inFlight(snapshots: readonly Snapshot[]): Promise<number> {
  let sum = 0;
  for (const snapshot of snapshots.filter(({ address }) => address.kind === 'routing')) {
    const [row] = await snapshot.all<{ count: bigint }>(IN_FLIGHT);
    sum += Number(row?.count ?? 0n);
  }
  return sum;
}
