import { defineConfig } from 'vitest/config';
import { PARTS } from './parts.mjs';

const { tests } = PARTS[process.env.MUTATED_PART];

/** The tests of the part that is mutated, found from where Stryker has copied the project to. */
export default defineConfig({
  test: {
    include: tests,
    exclude: ['**/*.{db,e2e,stack}.test.ts', '**/node_modules/**'],
    setupFiles: ['test/mutation/setup.mjs'],
    testTimeout: 60_000,
    isolate: false,
    fileParallelism: false,
    // One wrong answer is enough.
    bail: 1,
  },
});
