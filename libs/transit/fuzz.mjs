// Shows a gate a million inputs or more: `node libs/transit/fuzz.mjs [inputs] [seed]`. The same seed
// gives the same inputs. Exits with 1 where the gate breaks a promise, and prints the input.
import { join } from 'node:path';
import { build } from 'esbuild';

const [inputs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, 'src/fuzz/fuzz.fixture.ts')],
  ...{ bundle: true, write: false, platform: 'node', format: 'esm' },
});
const source = Buffer.from(outputFiles[0].contents).toString('base64');
const { fuzz } = await import(`data:text/javascript;base64,${source}`);
const startMs = performance.now();
const { outcomes, slowestMs, problems } = await fuzz(inputs, seed, () => performance.now());
for (const problem of problems) process.stderr.write(`${problem}\n`);
const seconds = Math.round((performance.now() - startMs) / 1000);
const slowest = Math.round(slowestMs * 10) / 10;
const report = { inputs, seed, seconds, slowest_ms: slowest, outcomes, problems: problems.length };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
