// The way into every npm script. It runs before anything is installed, so it uses Node alone:
// install what the lockfile names, generate code from the protos, bundle the programs, then run
// the one that was asked for. Each step is skipped when its stamp says that nothing changed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, bundleIsCurrent } from './bootstrap/bundle.mjs';
import { generate, generatedIsCurrent } from './bootstrap/generate.mjs';
import { install, installIsCurrent } from './bootstrap/install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const USAGE = `Usage: node deploy/bootstrap.mjs <target> [arguments]

Installs, generates and builds what is out of date, then runs the target:
  start        the whole stack on this machine (npm start)
  test         every check and test (npm test)
  causeway     the command line of a running stack (npm run causeway)
  certificate  a certificate of the stack (npm run certificate)
  backup       backups of the stack's databases (npm run backup)
  dashboards   what the metrics of a running stack say (npm run dashboards)
  bench        how fast all of it is (npm run bench)
  faults       every fault, made to happen (npm run faults)
  deploy-check the Helm chart and the Dockerfile, against the code (npm run deploy:check)
  image        the files of the container image, into a folder
  simulate     payments under every fault, on virtual time (npm run simulate)
  mutate       whether tests notice small changes of the code (npm run mutate)
  check        types, lint, format, dead code, protos (npm run check)
  generate     only generate code from proto/
  build        only bundle the programs into dist/
`;

/** What each target needs done first, and the command line it then becomes. */
const TARGETS = {
  start: { steps: ['install', 'generate', 'bundle'], run: program('start') },
  test: { steps: ['install', 'generate', 'bundle'], run: script('deploy/checks.mjs', 'test') },
  causeway: { steps: ['install', 'generate', 'bundle'], run: program('cli') },
  certificate: { steps: ['install', 'generate', 'bundle'], run: program('certificate') },
  backup: { steps: ['install', 'generate', 'bundle'], run: program('backup') },
  dashboards: { steps: ['install', 'generate', 'bundle'], run: program('dashboards') },
  bench: { steps: ['install', 'generate', 'bundle'], run: program('bench') },
  faults: { steps: ['install', 'generate', 'bundle'], run: program('faults') },
  'deploy-check': { steps: ['install', 'generate', 'bundle'], run: program('deploy-check') },
  image: { steps: ['install', 'generate'], run: script('deploy/docker/root.mjs') },
  simulate: { steps: ['install', 'generate', 'bundle'], run: program('simulate') },
  mutate: { steps: ['install', 'generate'], run: script('test/mutation/mutate.mjs') },
  check: { steps: ['install', 'generate'], run: script('deploy/checks.mjs', 'check') },
  generate: { steps: ['install', 'generate'] },
  build: { steps: ['install', 'generate', 'bundle'] },
};

const STEPS = {
  install: { isCurrent: installIsCurrent, run: install },
  generate: { isCurrent: generatedIsCurrent, run: generate },
  bundle: { isCurrent: bundleIsCurrent, run: bundle },
};

function program(name) {
  return ['--enable-source-maps', join(root, 'dist', `${name}.js`)];
}

function script(path, ...first) {
  return [join(root, path), ...first];
}

/** Progress goes to stderr, because the last line of stdout may be somebody's JSON. */
function say(line) {
  process.stderr.write(`causeway: ${line}\n`);
}

function fail(line, exitCode) {
  say(line);
  process.exit(exitCode);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`needs Node 20.19 or later; this is ${process.version} (${process.execPath})`, 2);
}

/** Does what is out of date, under a lock: two of these may run in one checkout at once. */
async function prepare(steps) {
  if (steps.every((step) => STEPS[step].isCurrent(root))) return;
  const { withLock } = await import('./file-lock.mjs');
  const waiting = (pid) => say(`waiting for process ${pid}, which is preparing this checkout…`);
  await withLock(join(root, 'dist', '.bootstrap.lock'), waiting, async () => {
    for (const step of steps) {
      if (!STEPS[step].isCurrent(root)) await STEPS[step].run(root, say);
    }
  });
}

/** Runs the target in this one's place: same terminal, same signals, same exit code. */
function runInPlace(args) {
  if (args[0].startsWith('--') && !existsSync(args[1])) {
    fail(`${args[1]} was not built: the source of that program is missing`, 1);
  }
  const env = { ...process.env, CAUSEWAY_BOOTSTRAP: String(process.pid) };
  const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: root, env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal's Ctrl-C reaches the child by itself, as one of the same process group.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
  }
  watchParent(child);
  child.on('error', (error) => fail(error.message, 1));
  child.on('exit', (code, signal) => {
    process.exit(signal ? 128 + signalNumber(signal) : (code ?? 1));
  });
}

/** npm passes signals on, but not its own sudden death. */
function watchParent(child) {
  if (!process.env.npm_lifecycle_event) return;
  const npm = pidOfNpm();
  setInterval(() => isAlive(npm) || child.kill('SIGTERM'), 1_000).unref();
}

/** npm runs a script by `sh -c`; some shells become the script's process, others stay between. */
function pidOfNpm() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const isShell = readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').startsWith('sh\0-c');
    return isShell ? Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]) : process.ppid;
  } catch {
    // No /proc, as on macOS, whose sh becomes the script's process.
    return process.ppid;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1;
}

checkNode();
const [name, ...args] = process.argv.slice(2);
if (name === '--help' || name === '-h') {
  process.stdout.write(USAGE);
  process.exit(0);
}
const target = Object.hasOwn(TARGETS, name ?? '') ? TARGETS[name] : undefined;
if (!target) {
  process.stderr.write(USAGE);
  process.exit(2);
}
try {
  await prepare(target.steps);
} catch (error) {
  fail(error.message, 1);
}
if (target.run) runInPlace([...target.run, ...args]);
