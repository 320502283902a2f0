import { runMain } from '@causeway/runtime';
import { walletConfig } from './config.ts';
import { start } from './main.ts';

runMain('wallet', ({ env, runtime }) => start(walletConfig(env), runtime));
