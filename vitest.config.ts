import { readFile } from 'node:fs/promises';
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

/**
 * Three projects by what a test needs: nothing (`unit`), a Postgres (`db`), or the whole
 * stack as real processes (`e2e`). Unit and end-to-end tests share one module graph per worker,
 * since isolation costs them as much as they take, or ten times that.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{libs,services,deploy,test}/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', '**/*.e2e.test.ts', '**/node_modules/**'],
          isolate: false,
        },
      },
      {
        ...shared,
        test: {
          name: 'db',
          include: ['{libs,services,deploy}/**/*.db.test.ts'],
          globalSetup: ['libs/testing/src/postgres-for-tests.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          globalSetup: ['libs/testing/src/stack-for-tests.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          isolate: false,
        },
      },
    ],
  },
});
