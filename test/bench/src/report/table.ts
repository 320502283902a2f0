import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Collected } from '../collection.ts';
import { ELSEWHERE, STOLEN } from '../measure/cpu-watch.ts';
import type { Spread } from '../measure/statistics.ts';
import type { Problem } from '../part.ts';
import type { Figures } from './figures.ts';
import { judge } from './goals.ts';
import { figure } from './numbers.ts';

/** What a report shows. */
export interface Reported {
  lines: readonly Collected[];
  figures: Figures;
  problems: readonly Problem[];
  /** Whether this system tells CPU times by process. */
  cpuKnown: boolean;
  rounds: number;
  seconds: number;
  tookSeconds: number;
}

const HEADS = ['', 'per second', 'min … max', 'p50 ms', 'p99 ms', 'p99.9 ms', 'µs each'];
/** A process below this share of a processor says nothing about what an operation costs. */
const LEAST_CORES = 0.01;
const US_PER_SECOND = 1_000_000;

/** The readable report. */
export function reportText(report: Reported): string {
  return [
    heading(report),
    ...partTables(report.lines),
    goalsTable(report.figures),
    ending(report.problems),
  ].join('\n');
}

function heading({ rounds, seconds, tookSeconds, cpuKnown }: Reported): string {
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return [
    '',
    `Causeway on ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ` +
      `${memoryGib} GiB, Node ${process.version}`,
    `Medians of ${rounds} rounds, ${seconds} s a measurement; ${Math.round(tookSeconds)} s in all. ` +
      'µs each: CPU time of all processes per operation.',
    cpuKnown
      ? 'Beneath each line: cores kept busy, by process; elsewhere is the kernel and other programs.'
      : 'This system does not tell CPU times by process, so they are left out.',
    '',
  ].join('\n');
}

function partTables(lines: readonly Collected[]): string[] {
  const parts = [...new Set(lines.map(({ part }) => part))];
  return parts.map((part) => {
    const own = lines.filter((line) => line.part === part);
    return `${own[0]?.partTitle}\n${partTable(own)}\n`;
  });
}

function partTable(lines: readonly Collected[]): string {
  const cells = lines.map(cellsOf);
  const widths = HEADS.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const shown = HEADS.map((_, column) => cells.some((row) => row[column] !== ''));
  const aligned = (row: readonly string[]) =>
    `  ${row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .filter((_, column) => column === 0 || shown[column])
      .join('  ')}`.trimEnd();
  const below = (line: Collected) => beneath(line).map((text) => `      ${text}`);
  return [
    aligned(HEADS),
    ...lines.flatMap((line, row) => [aligned(cells[row] ?? []), ...below(line)]),
  ].join('\n');
}

function cellsOf(line: Collected): string[] {
  const { perSecond, p50Ms, p99Ms, p999Ms } = line;
  const middle = (spread: Spread | undefined) => (spread ? figure(spread.median) : '');
  return [
    line.validRounds === 0 ? `${line.title} (does not count)` : line.title,
    middle(perSecond),
    perSecond && line.rounds > 1 ? `${figure(perSecond.min)} … ${figure(perSecond.max)}` : '',
    middle(p50Ms),
    middle(p99Ms),
    middle(p999Ms),
    perSecond && line.busy.length > 0 ? figure(microsecondsEach(line, perSecond.median)) : '',
  ];
}

/** CPU time per operation over all processes of the stack and the bench. */
function microsecondsEach({ busy }: Collected, perSecond: number): number {
  const cores = busy
    .filter(({ process }) => process !== ELSEWHERE && process !== STOLEN)
    .reduce((sum, { cores }) => sum + cores, 0);
  return (cores * US_PER_SECOND) / perSecond;
}

function beneath({ busy, notes, validRounds, rounds }: Collected): string[] {
  const processes = busy
    .filter(({ cores }) => cores >= LEAST_CORES)
    .map(({ process, cores }) => `${process} ${cores.toFixed(2)}`);
  const lost = validRounds < rounds ? [`${rounds - validRounds} of ${rounds} do not count`] : [];
  return [...(processes.length > 0 ? [processes.join(', ')] : []), ...lost, ...notes];
}

function goalsTable(figures: Figures): string {
  const judged = judge(figures);
  if (judged.length === 0) return '';
  const width = Math.max(...judged.map(({ title }) => title.length));
  const rows = judged.map(
    ({ title, value, goal, verdict }) =>
      `  ${title.padEnd(width)}  ${figure(value).padStart(7)}  ${verdict.padEnd(7)}  (${goal})`,
  );
  return ['Ratios within this run, against their goals', ...rows, ''].join('\n');
}

function ending(problems: readonly Problem[]): string {
  if (problems.length === 0) return 'All books are right.';
  return ['FAILED', ...problems.map(({ what }) => `  ${what}`)].join('\n');
}
