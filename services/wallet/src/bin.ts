import { migrateOnce } from '@causeway/db';
import { runMain } from '@causeway/runtime';
import { distribution } from '../migrations/distribution.ts';
import { migrations } from '../migrations/index.ts';
import { walletConfig } from './config.ts';
import { start } from './main.ts';

runMain('wallet', ({ env, runtime }) => start(walletConfig(env), runtime), {
  migrate: (main) => migrateOnce(main, migrations, distribution),
});
