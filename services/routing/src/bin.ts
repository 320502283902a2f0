import { migrateOnce } from '@causeway/db';
import { runMain } from '@causeway/runtime';
import { distribution } from '../migrations/distribution.ts';
import { migrations } from '../migrations/index.ts';
import { routingConfig } from './config.ts';
import { start } from './main.ts';

runMain('routing', ({ env, runtime }) => start(routingConfig(env), runtime), {
  migrate: (main) => migrateOnce(main, migrations, distribution),
});
