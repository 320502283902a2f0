import { migrateOnce } from '@causeway/db';
import { runMain } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import { settlementConfig } from './config.ts';
import { start } from './main.ts';

runMain('settlement', ({ env, runtime }) => start(settlementConfig(env), runtime), {
  migrate: (main) => migrateOnce(main, migrations),
});
