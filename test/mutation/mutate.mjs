// Mutation testing, part by part: Stryker changes the code in one small way after the other, and the
// tests have to notice. Slow by nature, and so no part of npm test.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PARTS } from './parts.mjs';
import { stryker } from './tools.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const USAGE = `Usage: npm run mutate [-- [<part>…] [--workers <n>]]

Changes the code in one small way after the other and runs the tests that have to notice, for:
${Object.entries(PARTS)
  .map(([name, { about }]) => `  ${name.padEnd(9)}${about}\n`)
  .join('')}
Without a part all of them, one after the other. --workers is how many run at once, by default 1.
Every mutant that survives is shown with its place; dist/mutation/<part>.json has all of them.
test/mutation/README.md says which are known, and why they live.
`;

/** Runs Stryker on a part and answers how many mutants came to what. */
async function mutate(program, part, workers) {
  process.stderr.write(`mutate: ${part}, ${PARTS[part].about}\n`);
  const env = { ...process.env, MUTATED_PART: part, MUTATION_WORKERS: String(workers) };
  const args = [program, 'run', 'test/mutation/stryker.config.mjs'];
  const running = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  const code = await new Promise((resolve) => running.on('close', resolve));
  if (code !== 0) throw new Error(`Stryker ended with ${code}`);
  return countsOf(join(root, 'dist', 'mutation', `${part}.json`));
}

function countsOf(report) {
  const counts = {};
  for (const { mutants } of Object.values(JSON.parse(readFileSync(report, 'utf8')).files)) {
    for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { workers: { type: 'string', default: '1' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    return { problem: error.message };
  }
}

const { values = {}, positionals = [], problem } = parsed();
const parts = positionals.length > 0 ? positionals : Object.keys(PARTS);
const isWrong = problem || parts.some((part) => !Object.hasOwn(PARTS, part));
if (values.help || isWrong || !/^[1-9]\d?$/.test(values.workers)) {
  (values.help ? process.stdout : process.stderr).write(problem ? `${problem}\n${USAGE}` : USAGE);
  process.exit(values.help ? 0 : 2);
}
mkdirSync(join(root, 'dist', 'mutation'), { recursive: true });
const program = await stryker(root);
for (const part of parts) {
  const counts = await mutate(program, part, values.workers);
  const inWords = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  process.stdout.write(`${part}: ${inWords.join(', ')}\n`);
}
