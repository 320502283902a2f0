import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findStack, openCallers } from '@causeway/callers';
import { systemRuntime } from '@causeway/runtime';
import pc from 'picocolors';
import { markdownOf } from './page.ts';
import type { Report } from './report.ts';
import { textScreen } from './screen.ts';
import { runTour } from './tour.ts';
import { verifyBooks } from './verifier.ts';

const RUN_DIGITS = 8;

/**
 * The program that `npm start` runs once the stack is up. Reads CAUSEWAY_STATE for the state
 * folder, and writes its report to the file CAUSEWAY_REPORT and, for people, to `report.md`
 * beside it; the files of the windows that it closes go to the folder CAUSEWAY_FILES. Exit codes: 0 all was well, 1 something was off or could not be played.
 */
async function main(): Promise<number> {
  const { CAUSEWAY_STATE: state = '.causeway', CAUSEWAY_REPORT: reportFile } = process.env;
  const filesFolder = process.env.CAUSEWAY_FILES || undefined;
  const runtime = systemRuntime({ service: 'tour', logLevel: 'fatal' });
  const startedMs = runtime.clock.monotonicMs();
  const callers = openCallers(runtime, findStack(state));
  const screen = textScreen(
    (line) => process.stdout.write(`${line}\n`),
    () => runtime.clock.monotonicMs() - startedMs,
  );
  const report = await runTour(
    { runtime, callers, screen, run: runtime.random.digits(RUN_DIGITS), filesFolder },
    () => verifyBooks(state),
  );
  callers.close();
  screen.plain(closing(report));
  if (reportFile) {
    writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(join(dirname(reportFile), 'report.md'), markdownOf(report));
  }
  return report.ok ? 0 : 1;
}

function closing({ ok, scenarios, failures }: Report): string[] {
  const compared = scenarios.reduce((count, { checks }) => count + checks.length, 0);
  if (ok) return ['', pc.green(` All ${compared} checks of the tour hold.`), ''];
  const head = ` ${failures.length} of ${compared} checks of the tour failed:`;
  return ['', pc.red(pc.bold(head)), ...failures.map((line) => `   ${line}`), ''];
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`the tour could not be taken: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
