import { migrateOnce } from '@causeway/db';
import { runMain } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import { acquiringConfig } from './config.ts';
import { start } from './main.ts';

runMain('acquiring', ({ env, runtime }) => start(acquiringConfig(env), runtime), {
  migrate: (main) => migrateOnce(main, migrations),
});
