import { migrateOnce } from '@causeway/db';
import { runMain } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import { routingConfig } from './config.ts';
import { start } from './main.ts';

runMain('routing', ({ env, runtime }) => start(routingConfig(env), runtime), {
  migrate: (main) => migrateOnce(main, migrations),
});
