import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { defineConfig, type Plugin } from 'vitest/config';

/** Loads `.sql` and `.csv` files as text, as the bundler does for the services. */
function filesAsText(): Plugin {
  return {
    name: 'files-as-text',
    enforce: 'pre',
    async load(id) {
      if (!/\.(sql|csv)$/.test(id)) return null;
      return `export default ${JSON.stringify(await readFile(id, 'utf8'))};`;
    },
  };
}

const shared = { plugins: [filesAsText()] };

/** How the files of a project run whose tests would be in each other's way. */
const ONE_AFTER_THE_OTHER = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  fileParallelism: false,
  isolate: false,
  // Concurrent tests mostly wait, each for what it has asked for.
  maxConcurrency: 12,
  // Real processes on a machine that others use too: before a change is refused, what failed has to
  // fail twice. The report shows what was repeated, and at a desk nothing is.
  retry: process.env.CI ? 1 : 0,
};

/** Told, since on two cores vitest would use one; tests wait for servers as long as they work. */
const WORKERS = Math.max(2, availableParallelism() - 1);

/**
 * Four projects by what a test needs: nothing (`unit`), a Postgres (`db`), the whole stack as real
 * processes that all share (`e2e`), or stacks of its own (`stack`). Files share one module graph per
 * worker, since isolation costs them as much as they take, or ten times that. Projects with other
 * numbers of workers need another `groupOrder`; groups come in turn.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{libs,services,deploy,test}/**/*.test.ts'],
          exclude: ['**/*.{db,e2e,stack}.test.ts', '**/node_modules/**'],
          isolate: false,
          // None of them waits for anything, but the machine may have much else to do.
          testTimeout: 20_000,
          maxWorkers: WORKERS,
        },
      },
      {
        ...shared,
        test: {
          name: 'db',
          include: ['{libs,services,deploy,test}/**/*.db.test.ts'],
          globalSetup: ['libs/testing/src/postgres-for-tests.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          isolate: false,
          maxWorkers: WORKERS,
        },
      },
      {
        ...shared,
        test: {
          name: 'stack',
          include: ['test/**/*.stack.test.ts'],
          globalSetup: ['libs/testing/src/build-for-tests.ts'],
          ...ONE_AFTER_THE_OTHER,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          globalSetup: ['libs/testing/src/stack-for-tests.ts'],
          ...ONE_AFTER_THE_OTHER,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
