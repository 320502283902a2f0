import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { programFile } from './service-process.ts';

/** What the tour found; `ok` is true when nothing was off. */
export interface Report {
  ok: boolean;
  failures: string[];
  [part: string]: unknown;
}

/**
 * Runs the tour of the sandbox against the stack in `state`, on this terminal. It writes its
 * report to `reportFile`; where it writes none, the report says so. Its exit code must agree. The
 * clearing files of the day that it closes go to `filesFolder`, unless that is empty.
 */
export async function runTour(
  state: string,
  reportFile: string,
  signal: AbortSignal,
  filesFolder: string,
): Promise<Report> {
  const file = programFile('tour');
  if (!existsSync(file)) return failed('there is no tour yet: services/sandbox has none');
  rmSync(reportFile, { force: true });
  const ended = await new Promise<string>((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
      env: {
        ...process.env,
        CAUSEWAY_STATE: state,
        CAUSEWAY_REPORT: reportFile,
        CAUSEWAY_FILES: filesFolder,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    signal.addEventListener('abort', () => child.kill('SIGTERM'));
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, by) => resolve(by ? `was killed by ${by}` : `exited with ${code}`));
  });
  if (!existsSync(reportFile)) return failed(`the tour wrote no report: it ${ended}`);
  const report: Report = JSON.parse(readFileSync(reportFile, 'utf8'));
  if (!report.ok || ended === 'exited with 0') return report;
  return { ...report, ok: false, failures: [...report.failures, `the tour ${ended}`] };
}

function failed(why: string): Report {
  return { ok: false, failures: [why] };
}
