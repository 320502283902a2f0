import { PARTS } from './parts.mjs';

const part = process.env.MUTATED_PART;
const { mutate } = PARTS[part];

/** How Stryker mutates one part. Where it works, and what it reports, lies below dist/. */
export default {
  packageManager: 'npm',
  // The project's own is of a TypeScript without the functions that Stryker would rewrite it with.
  tsconfigFile: 'none',
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.mjs' },
  mutate: [...mutate, '!**/*.test.ts'],
  // What a module makes as it is loaded is made before a mutant can be switched on.
  ignoreStatic: true,
  // Text is for people, and a message that says less is no wrong result.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATION_WORKERS ?? 1),
  timeoutMS: 20_000,
  tempDirName: `dist/mutation/sandbox-${part}`,
  ignorePatterns: ['dist', '.causeway', 'deploy', 'test/faults', 'test/bench', 'test/e2e', 'proto'],
  reporters: ['clear-text', 'progress', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  jsonReporter: { fileName: `dist/mutation/${part}.json` },
  allowEmpty: false,
};
