import { isMainThread } from 'node:worker_threads';
import { live } from './history.ts';
import { seedOf } from './kernel/chance.ts';
import { type Options, readOptions } from './options.ts';
import { runAll, type Tally } from './run.ts';
import { shrink } from './shrink.ts';
import { storyOf } from './story.ts';
import { serveWork } from './work.ts';

const PROGRESS_MS = 2_000;

// Errors are part of the weather here: where they were made is of no interest, and costs a fifth.
Error.stackTraceLimit = 0;

if (isMainThread) {
  const options = readOptions(process.argv.slice(2), () => Date.now() % 1_000_000);
  process.exitCode = await main(options);
} else {
  // The main thread tells of what went wrong; here a map would be asked for every error of the weather.
  process.setSourceMapsEnabled(false);
  serveWork();
}

async function main(options: Options): Promise<number> {
  if (options.history !== undefined) return one(options);
  const { mutants: names } = options;
  if (names === undefined) return all(options);
  // Of no use without the bundler, which only a checkout has.
  const { huntAll } = await import('./mutants/hunt.ts');
  return (await huntAll(names, { ...options, root: process.cwd() })) === 0 ? 0 : 1;
}

/** Lives all histories and tells of the first that broke a rule. */
async function all(options: Options): Promise<number> {
  const startedMs = performance.now();
  let toldMs = startedMs;
  const tally = await runAll(
    { ...options, enough: 20 },
    new URL(import.meta.url),
    ({ payments, broken }) => {
      if (performance.now() - toldMs < PROGRESS_MS) return;
      toldMs = performance.now();
      process.stderr.write(
        `simulate: ${many(payments)} payments, ${broken.length} broken histories\n`,
      );
    },
  );
  const [first] = tally.broken;
  if (first) await tell(options, first.history);
  summarize(options, tally, (performance.now() - startedMs) / 1_000);
  return first ? 1 : 0;
}

/** Lives one history, and tells it. */
async function one(options: Options): Promise<number> {
  const { history = 0, seed, size, json } = options;
  const lived = await live({ seed: seedOf(seed, history), payments: size, isTold: true });
  const isBroken = lived.violations.length > 0;
  if (isBroken) await tell(options, history);
  else process.stdout.write(`${storyOf(lived.lines)}\nNo rule was broken.\n`);
  if (json) {
    const violations = lived.violations.length;
    const { payments } = lived;
    process.stdout.write(`${JSON.stringify({ payments, histories: 1, violations, seed })}\n`);
  }
  return isBroken ? 1 : 0;
}

/** Tells of a history that breaks a rule, as short as it can be made. */
async function tell({ seed, size, shrinks }: Options, history: number): Promise<void> {
  const options = { seed: seedOf(seed, history), payments: size };
  const whole = await live({ ...options, isTold: true });
  const [violation] = whole.violations;
  if (!violation)
    throw new Error(`history ${history} broke a rule, and does not when it is repeated`);
  const { rule, about, found } = violation;
  const sized = size === 60 ? '' : ` --size ${size}`;
  process.stdout.write(`
History ${history} of seed ${seed} breaks the rule that ${rule}:
  ${about} ${found}
Live it again:  npm run simulate -- --seed ${seed} --history ${history}${sized}
`);
  if (!shrinks) return void process.stdout.write(`\n${storyOf(whole.lines)}`);
  process.stderr.write('simulate: shrinking it…\n');
  const { history: short, left, tries } = await shrink(options, rule);
  process.stdout.write(`
Of it ${left.payments} of ${whole.parts.payments.length} payments, ${left.deeds} further requests and \
${left.faults} of ${whole.parts.faults.length} faults are needed (${tries} tries):

${storyOf(short.lines)}`);
}

function summarize({ seed, json }: Options, tally: Tally, seconds: number): void {
  const { payments, histories, steps, ends, broken } = tally;
  const endsInWords = [...ends].map(([state, n]) => `${many(n)} ${state}`).join(', ');
  process.stdout.write(`
${many(payments)} payments in ${many(histories)} histories, of ${many(steps)} events: ${endsInWords}
${many((payments / seconds) * 60)} payments a minute, seed ${seed}
${broken.length === 0 ? 'No rule was broken.' : `${broken.length} histories broke a rule.`}
`);
  if (!json) return;
  const violations = broken.reduce((sum, each) => sum + each.violations.length, 0);
  process.stdout.write(`${JSON.stringify({ payments, histories, violations, seed })}\n`);
}

function many(count: number): string {
  return Math.round(count).toLocaleString('en');
}
