import type { Report } from './report.ts';

/** Prints a report for a person. */
export function printReport(report: Report): void {
  for (const { ok, name, rule, problems } of report.checks) {
    console.log(`${ok ? '  ok ' : 'FAIL '} ${name}: ${rule}`);
    for (const problem of problems) console.log(`         ${problem}`);
  }
  const sums = Object.entries(report.ledger_sums).map(([currency, sum]) => `${currency} ${sum}`);
  console.log(`\nDebits less credits: ${sums.join(', ') || 'no ledger was given'}`);
  console.log(`Rows read: ${report.rows_read}; in flight: ${report.in_flight}`);
  const broken = report.checks.filter(({ ok }) => !ok).length;
  console.log(report.ok ? 'All rules hold.' : `${broken} rules are broken.`);
}
