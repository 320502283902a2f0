import { migrateOnce } from '@causeway/db';
import { runMain } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import { readConfig } from './config.ts';
import { start } from './main.ts';

runMain('fx', ({ env, runtime }) => start(readConfig(env), runtime), {
  migrate: (main) => migrateOnce(main, migrations),
});
