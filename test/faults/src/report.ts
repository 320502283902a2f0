import type { Boundary } from './fault.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { Outcome } from './outcome.ts';

/** Everything that came of a run. */
export interface Report {
  seed: number;
  faults: readonly Outcome[];
  races: readonly Outcome[];
  /** What was found at the end and belongs to no single fault. */
  findings: readonly Finding[];
  kills: number;
  /** Payments of whose end some client was told. */
  acked: number;
  /** How many calls were answered. */
  answered: number;
  ledgerSums: Readonly<Record<string, string>>;
  boundaries: readonly Boundary[];
  seconds: number;
}

/** Whether nothing is wrong. */
export function isGood({ faults, races, findings }: Report): boolean {
  return findings.length === 0 && [...faults, ...races].every(({ passed }) => passed);
}

/** The last line of stdout. */
export function jsonLine(report: Report): string {
  const { seed, kills, acked, ledgerSums, races, boundaries } = report;
  const short = ({ id, passed, seconds, figures }: Outcome) => ({
    ...{ id, passed, seconds },
    ...(Object.keys(figures).length > 0 && { figures }),
  });
  return JSON.stringify({
    faults: report.faults.map(short),
    ...(races.length > 0 && { races: races.map(short) }),
    ...{ kills, acked, boundaries },
    ...{ lost: countOf(report, 'lost'), doubled: countOf(report, 'doubled') },
    stuck: countOf(report, 'stuck'),
    ledger_sums: ledgerSums,
    seed,
  });
}

function countOf({ faults, races, findings }: Report, kind: FindingKind): number {
  const all = [...findings, ...[...faults, ...races].flatMap((one) => one.findings)];
  return all.filter((finding) => finding.kind === kind).length;
}

/** The report as a person reads it. */
export function textOf(report: Report): string {
  const { seed, kills, acked, answered, boundaries, seconds } = report;
  const lines = [...report.faults, ...report.races].flatMap(outcomeLines);
  const met = boundaries.map(boundaryLine);
  const wrong = report.findings.map(({ kind, what }) => `      ${kind}: ${what}`);
  const sums = Object.entries(report.ledgerSums).map(([currency, sum]) => `${currency} ${sum}`);
  return [
    ...lines,
    ...(met.length > 0
      ? ['', 'Step boundaries: kills, freezes, times something was in that step']
      : []),
    ...met,
    '',
    ...(wrong.length > 0 ? ['At the end:', ...wrong] : []),
    `${kills} kills, ${acked} payments of whose end somebody was told, ${answered} answers`,
    `Debits less credits: ${sums.join(', ') || 'not looked at'}`,
    `Seed ${seed}, ${Math.round(seconds)} s: ${isGood(report) ? 'nothing is lost' : 'FAILED'}`,
    '',
  ].join('\n');
}

function outcomeLines({ id, title, passed, seconds, findings, figures }: Outcome): string[] {
  const numbers = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`);
  const more = numbers.length > 0 ? ` (${numbers.join(', ')})` : '';
  const head = `${passed ? '  ok ' : 'FAIL '} ${String(id).padStart(3)} ${title}, ${seconds} s${more}`;
  return [head, ...findings.map(({ kind, what }) => `      ${kind}: ${what}`)];
}

function boundaryLine({ service, failpoint, kills, freezes, passes }: Boundary): string {
  const counts = [kills, freezes, passes].map((count) => String(count).padStart(5)).join('');
  return `  ${service.padEnd(12)}${failpoint.padEnd(42)}${counts}`;
}
