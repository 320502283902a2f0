import { parseArgs } from 'node:util';
import { isUnavailable } from '@causeway/db';
import { buildName, systemRuntime } from '@causeway/runtime';
import { printReport } from './print.ts';
import type { Report } from './report.ts';
import type { SourceAddress, SourceKind } from './source.ts';
import { verify } from './verify.ts';

const HELP = `Recomputes the books of a Causeway system from its databases alone.

  node dist/verifier.js --wallet ISSUER=URL --routing URL --settlement URL --fx URL

  --wallet ISSUER=URL   database of a wallet operator, with its issuer id; may be repeated
  --routing URL         database of the routing service
  --settlement URL      database of the settlement service
  --fx URL              database of the fx service, for its positions and cover trades
  --settle SECONDS      look again until payments on their way have arrived (default 0)
  --grace SECONDS       books may differ over payments that changed this lately (default 10)
  --json                one JSON object on the last line
  --version             the release and its commit
  --help                this text

Reads only. Databases may be left out; books are compared with one another where wallet,
routing and settlement are all given. Exit codes: 0 all rules hold, 1 one is broken,
2 usage, 3 a database cannot be reached.
`;

const PAUSE_MS = 500;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      wallet: { type: 'string', multiple: true, default: [] },
      routing: { type: 'string' },
      settlement: { type: 'string' },
      fx: { type: 'string' },
      settle: { type: 'string', default: '0' },
      grace: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      version: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.version) {
    process.stdout.write(`verifier ${buildName()}\n`);
    return 0;
  }
  const addresses = [
    ...values.wallet.map(walletAddress),
    ...address('routing', values.routing),
    ...address('settlement', values.settlement),
    ...address('fx', values.fx),
  ];
  if (addresses.length === 0) throw new UsageError('no database was given');
  const report = await settled(addresses, secondsOf('settle', values), secondsOf('grace', values));
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else printReport(report);
  return report.ok ? 0 : 1;
}

/**
 * Verifies until nothing is in flight and all rules hold, or the time is over. What breaks a rule
 * within one database is not on its way, so that no waiting would mend it.
 */
async function settled(
  addresses: readonly SourceAddress[],
  settleSeconds: number,
  graceSeconds: number,
): Promise<Report> {
  const runtime = systemRuntime({ service: 'verifier', logLevel: 'fatal' });
  const untilMs = runtime.clock.monotonicMs() + settleSeconds * 1_000;
  for (;;) {
    const report = await verify(addresses, graceSeconds, runtime);
    const resting = report.ok && report.in_flight === 0;
    const hopeless = !report.balances_recomputed || !report.facts_match_states;
    if (resting || hopeless || runtime.clock.monotonicMs() >= untilMs) return report;
    await runtime.timers.sleep(PAUSE_MS);
  }
}

class UsageError extends Error {}

function secondsOf<Name extends string>(name: Name, values: Record<Name, string>): number {
  if (/^\d{1,4}$/.test(values[name])) return Number(values[name]);
  throw new UsageError(`--${name} takes whole seconds`);
}

function walletAddress(given: string): SourceAddress {
  const at = given.indexOf('=');
  if (at < 1) throw new UsageError('--wallet takes ISSUER=URL');
  return { kind: 'wallet', name: given.slice(0, at), url: given.slice(at + 1) };
}

function address(kind: SourceKind, url: string | undefined): SourceAddress[] {
  return url === undefined ? [] : [{ kind, name: kind, url }];
}

function exitCodeOf(error: unknown): number {
  const isUsage =
    error instanceof UsageError ||
    String((error as NodeJS.ErrnoException)?.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (isUsage) {
    process.stderr.write(`\n${HELP}`);
    return 2;
  }
  return isUnavailable(error) ? 3 : 1;
}

process.exitCode = await main().catch(exitCodeOf);
