// Every check of the checkout, two at a time, with progress: `npm run check` runs those that need
// no server, `npm test` those and then the tests.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);

const STATIC_CHECKS = [
  // A fresh clone installs by npm ci, which refuses a lockfile that lags behind.
  { name: 'lockfile', command: 'npm', args: ['ci', '--dry-run', '--offline', '--loglevel=error'] },
  { name: 'types', command: bin('tsc'), args: ['--noEmit', '-p', root] },
  { name: 'lint and format', command: bin('biome'), args: ['check', '--error-on-warnings', root] },
  { name: 'dead code', command: bin('knip'), args: ['--no-progress'] },
  { name: 'protos', command: buf(), args: ['lint'], cwd: join(root, 'proto') },
  {
    name: 'protos break nobody',
    command: buf(),
    args: ['breaking', '--against', 'image.binpb'],
    cwd: join(root, 'proto'),
  },
];

/** The chart and the Dockerfile, which are checked against the bundled code. */
const DEPLOYMENT = {
  name: 'deployment',
  command: process.execPath,
  args: ['--enable-source-maps', join(root, 'dist', 'deploy-check.js'), '--short'],
};

const USAGE = {
  check: `Usage: npm run check

Checks types, lint, format, dead code and the protos. Needs no server.
`,
  test: `Usage: npm test [-- [<part of a path>…] [<option of vitest>…]]

Runs every check of \`npm run check\`, then the short form of \`npm run deploy:check\`, then all tests,
and ends with \`N passed, N failed\`.
Two kinds of tests lie beside the code: *.test.ts needs nothing; *.db.test.ts gets a database
of its own on an embedded Postgres (or that of DATABASE_URL). Two lie in test/: *.e2e.test.ts talk
to one whole stack that they share, *.stack.test.ts start what they need; so the first run beside
all others. With a path or an option only the tests run, and one after the other:

  npm test -- libs/money              the tests whose path holds that
  npm test -- --project unit          only those that need no server
  npm test -- -t 'rounds up'          only those with that name
`,
};

/** buf's program itself, since its package makes it runnable only by an install script. */
function buf() {
  const require = createRequire(join(root, 'package.json'));
  return require.resolve(`@bufbuild/buf-${process.platform}-${process.arch}/bin/buf`);
}

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exitCode = 130;
  });
}

/**
 * Runs a program and answers its exit code and, unless it has the terminal, what it printed.
 * With `shown` it is shown at once as well, in whole lines where the program writes so.
 */
function run({ command, args, cwd = root, env = process.env }, stdio, shown = false) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', stdio, stdio] });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        if (shown) process.stdout.write(data);
        else output += data;
      });
    }
    const end = (code, printed) => {
      running.delete(child);
      resolve({ code, output: printed });
    };
    child.on('error', (error) => end(1, error.message));
    child.on('close', (code) => end(code ?? 1, output));
  });
}

/** Answers how many of the checks passed and failed; shows what a failed one printed. */
async function runStaticChecks() {
  const counts = { passed: 0, failed: 0 };
  const left = [...STATIC_CHECKS];
  const checkOn = async () => {
    for (let check = left.shift(); check !== undefined; check = left.shift()) {
      if (process.exitCode !== undefined) return;
      const started = performance.now();
      const { code, output } = await run(check, 'pipe');
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)\n`);
      if (code !== 0) process.stdout.write(`${output.trimEnd()}\n`);
      counts[code === 0 ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all([checkOn(), checkOn()]);
  return counts;
}

/** What runs side by side: tests of a whole stack wait for it more than they work. */
const SIDE_BY_SIDE = [
  ['--project', 'stack'],
  ['--project', 'unit', '--project', 'db', '--project', 'e2e'],
];

/** Runs all tests, or those that the arguments name. */
async function runTests(args) {
  if (args.length > 0) return runVitest(args, 'inherit');
  const parts = await Promise.all(SIDE_BY_SIDE.map((part) => runVitest(part, 'pipe')));
  const sum = (name) => parts.reduce((total, counts) => total + counts[name], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}

/** Runs vitest on this terminal, and reads its counts from a report that it writes besides. */
async function runVitest(args, stdio) {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-report-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
    const vitest = { command: bin('vitest'), args: ['run', ...reporters, ...args], env };
    const { code } = await run(vitest, stdio, true);
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests: passed, numFailedTests } = counts;
    // A file that could not be loaded, or an error outside any test, fails the run with no test.
    const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests;
    return { passed, failed };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [kind, ...args] = process.argv.slice(2);
if (kind === 'test') STATIC_CHECKS.push(DEPLOYMENT);
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(USAGE[kind]);
  process.exit(0);
}
const none = { passed: 0, failed: 0 };
const checks = args.length === 0 ? await runStaticChecks() : none;
const tests = kind === 'test' && process.exitCode === undefined ? await runTests(args) : none;
const failed = checks.failed + tests.failed;
process.stdout.write(`${checks.passed + tests.passed} passed, ${failed} failed\n`);
process.exit(process.exitCode ?? (failed === 0 ? 0 : 1));
