import { migrateOnce } from '@causeway/db';
import { runMain } from '@causeway/runtime';
import { distribution } from '../migrations/distribution.ts';
import { migrations } from '../migrations/index.ts';
import { settlementConfig } from './config.ts';
import { start } from './main.ts';

runMain('settlement', ({ env, runtime }) => start(settlementConfig(env), runtime), {
  migrate: (main) => migrateOnce(main, migrations, distribution),
});
